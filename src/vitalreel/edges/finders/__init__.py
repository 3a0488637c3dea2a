"""Finders of faces: each answers where they are, none whose they are."""
