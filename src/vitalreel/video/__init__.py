"""The film as pictures: canvas, lettering, motion, scenes, and joining encoded scenes into files."""
