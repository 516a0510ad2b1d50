"""The Live workspace: a face as it moves, its expression, and how that went over time."""
