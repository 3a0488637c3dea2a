"""A million accounts: what it costs to score them all, and to put the plays to them all."""
