"""Small widgets that several workspaces share."""
