"""Recordings turned into session folders: one, a queue of them, several processes, a cluster."""
