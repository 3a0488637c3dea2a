"""Measurements against peers and limits; figures are kept in results.md."""
