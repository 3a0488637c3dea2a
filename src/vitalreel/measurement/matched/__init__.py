"""Treated accounts against others who resemble them, where nobody drew lots: weights, three estimators, and the gates before a figure."""
