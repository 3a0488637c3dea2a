"""Makes behind the Annotator door: how texts sound and what they are about."""
