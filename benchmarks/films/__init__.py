"""Whole films on the real path: what the next account's film costs, and a thousand of them."""
