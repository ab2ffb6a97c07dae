"""How well passages of public test sets are found."""
