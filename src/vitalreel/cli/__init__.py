"""The command line: parse, call one step, print what a person or a program can read."""
