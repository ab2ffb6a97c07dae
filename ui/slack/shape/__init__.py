"""What is said in Slack, as Slack wants it: markup, blocks, and borders at which a long text may be cut."""
