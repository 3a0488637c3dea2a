"""Real servers for the tests: they start in under a second, need no root and no network, and leave nothing behind."""
