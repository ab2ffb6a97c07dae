"""The commands of `policyqa`, one file for each kind of user."""
