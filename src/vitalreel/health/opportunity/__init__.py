"""Where an account may grow: how ready it is, what is open, which feature comes next, and when to speak of it (H9)."""
