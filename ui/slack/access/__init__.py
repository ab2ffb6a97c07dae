"""Who may ask what, and where: the rules of an office."""
