"""How the product's time, memory and disk grow with the collection."""
