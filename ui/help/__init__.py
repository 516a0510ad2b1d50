"""Documentation and about, without a network."""
