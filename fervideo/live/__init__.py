"""Faces as they are seen: the engine that works while its source goes on."""
