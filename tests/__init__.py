"""Vitalreel's tests; folders mirror the rooms."""
