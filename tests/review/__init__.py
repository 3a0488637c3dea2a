"""Tests of what may go out."""
