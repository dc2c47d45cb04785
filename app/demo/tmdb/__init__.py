"""A stand-in for TMDb: its wire format over works that are invented, offline."""
