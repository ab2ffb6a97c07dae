"""Kept answers on the screens: words, lists, whole ones, and two of them compared."""
