"""Vitalreel: from customer data to a watched, measured video, for every account."""

__version__ = "0.1.0"
