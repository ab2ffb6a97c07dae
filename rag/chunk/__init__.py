"""What is embedded, and the bundled model that embeds it."""
