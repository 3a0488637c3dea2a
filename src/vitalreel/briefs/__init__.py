"""What to say: facts from the data, a brief per account, and a script in which every figure is traced to a fact."""
