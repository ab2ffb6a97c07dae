"""Whether everything is set up: tokens, permissions, rules."""
