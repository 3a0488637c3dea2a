"""Tests of the makes behind the doors."""
