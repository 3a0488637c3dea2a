"""The common scene, drawn by us and by our peers, measured in one run: `make bench-render`."""
