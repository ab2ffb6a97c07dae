"""The file that a user gives: found, copied while nothing changes, decoded, and what a person set beside it."""
