"""Channels: one make each behind the Channel door."""
