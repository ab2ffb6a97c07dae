"""The curves that decide what is refused: fitted on questions whose answers are known, checked by cross-validation."""
