"""What those who run the product see of it: health, figures, logs and traces; never a word of a question unless allowed."""
