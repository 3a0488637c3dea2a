"""Makes of recogniser: what a listener would hear."""
