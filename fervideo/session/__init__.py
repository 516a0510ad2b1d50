"""Session folders: writing and reading timelines."""
