"""The whole loop on invented companies whose truth is known: what the report claims, held against what was planted (M19)."""
