"""How an answer appears in Slack: that somebody is searching, its sentences as they are checked, and at the end all of it, once."""
