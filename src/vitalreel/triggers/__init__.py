"""Whether to speak, and about what: the trigger matrix, ladders, guards, holdouts and decisions."""
