"""Tests of where things stay."""
