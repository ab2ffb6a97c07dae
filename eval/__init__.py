"""Offline evaluation: cases, metrics, runs and reports."""
