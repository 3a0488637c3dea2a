"""What carries films to be made to the workers, behind ports.Carrier."""
