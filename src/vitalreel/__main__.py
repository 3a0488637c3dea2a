"""`python -m vitalreel`."""

from vitalreel.cli import main

main()
