"""Six months of the loop with its processes killed at random, and what became of every ladder, told by a reader of its own."""
