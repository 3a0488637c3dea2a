"""What the viewer did: events admitted or dropped with a reason, and the ranges that were really watched."""
