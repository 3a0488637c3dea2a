"""How the customer is: scorecards, scores whose parts sum exactly, bands, coverage and explanations."""
