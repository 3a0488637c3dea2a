"""Makes of voice: Kokoro for films, Hibari for drafts and tests, and the store of takes in front of either."""
