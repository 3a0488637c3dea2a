"""Services that show a synthetic presenter speaking given words."""
