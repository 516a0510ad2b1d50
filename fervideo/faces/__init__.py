"""Finding faces in a frame, following them, judging them and cutting aligned crops."""
