"""Weight files, their cards, and the detector models."""
