"""Icons and the bundled demo clip."""
