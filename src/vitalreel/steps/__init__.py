"""The steps of the loop: each loads, calls rooms, and saves; what they save decides, not the queue that ran them."""
