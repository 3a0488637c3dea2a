"""What the customer does, feels and pays: the signal catalogue, signal tables, and features computed in one grouped pass."""
