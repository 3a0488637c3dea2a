"""May it go out: automatic checks on every film, and who must look at it."""
