"""Class centers: deciding by cosine, enrolling, storing."""
