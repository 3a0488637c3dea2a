"""A company of known truth: seeded, any size, written as the vendor files a real company would hand over."""
