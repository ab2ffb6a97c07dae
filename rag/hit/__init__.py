"""What a search is given: a question that can be asked, filters, places."""
