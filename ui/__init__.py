"""The window. Only this package uses Qt; it knows the rest of the program through `LiveEngine`."""
