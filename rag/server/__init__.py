"""What all model servers have in common: where they may stand, how they are read, what they count, how they fail."""
