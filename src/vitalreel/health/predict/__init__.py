"""The chance that an account churns within a horizon: snapshots, model, challenger, rolling evaluation, and words for all of it."""
