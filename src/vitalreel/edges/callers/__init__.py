"""Ways to call another system."""
