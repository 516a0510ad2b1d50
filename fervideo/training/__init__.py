"""Data sets, recipes and the training engine."""
