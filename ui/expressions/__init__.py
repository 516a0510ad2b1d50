"""The Expressions workspace."""
