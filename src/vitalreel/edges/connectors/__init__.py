"""Makes of the Source door: where vendors' tables are read from."""
