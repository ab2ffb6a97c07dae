"""People who may sign in: accounts, passwords, sessions, keys, delays, and the audit log; the door is `rag.accounts`."""
