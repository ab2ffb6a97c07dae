"""What the markers of a model's answer are told from: brackets, addresses, code, and the words before them."""
