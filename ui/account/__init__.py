"""Accounts on the command line: the file, the password that is asked for, and what is printed."""
