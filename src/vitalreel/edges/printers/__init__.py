"""Makes of the Printer door: a document in, paper out."""
