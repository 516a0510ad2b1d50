"""Small widgets that any workspace may use."""
