"""Whole trips: a company loaded, scored, decided, filmed, delivered, watched, and scored again, on real parts."""
