"""One make behind each door; none knows another."""
