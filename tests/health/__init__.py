"""Health: scorecards, scores and explanations."""
