"""The networks, one file a paper, and how their weights are loaded."""
