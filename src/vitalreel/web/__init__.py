"""Console, viewer pages and API."""
