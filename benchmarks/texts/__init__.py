"""How well texts are read: labelled texts of our own, and what the annotators make of them."""
