"""The language of conditions: read, check, compile to set-based expressions, write back."""
