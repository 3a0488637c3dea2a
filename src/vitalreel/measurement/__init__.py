"""What it changed: estimates with their uncertainty, or refusals with their reason."""
