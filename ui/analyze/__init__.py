"""The Analyze workspace."""
