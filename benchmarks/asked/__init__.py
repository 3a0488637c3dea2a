"""Films made when they are asked for, and previews of a changed line: `make bench-jit`, `make bench-preview`."""
