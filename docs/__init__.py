"""The documentation, which ships with the program."""
