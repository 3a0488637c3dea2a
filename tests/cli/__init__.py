"""Tests of commands that need no trip."""
