"""The Live workspace."""
