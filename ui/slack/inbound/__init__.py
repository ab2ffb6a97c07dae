"""How questions come in from Slack."""
