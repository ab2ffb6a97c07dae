"""Questions by rules: what the structure of a collection lets one ask, each rule in a file of its own."""
