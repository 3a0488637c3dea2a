"""The film as a document: what is on screen, when, and why. What is not here cannot be seen."""
