"""The quarterly report: what was done in a quarter, what it changed, and what cannot be said; one document for screen and paper."""
