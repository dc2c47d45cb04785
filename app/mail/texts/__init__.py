"""What letters say, in every language."""
