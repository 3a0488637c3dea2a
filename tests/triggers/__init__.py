"""Tests of whether to speak, and about what."""
