"""Reads what a file is from its name, its folders and the NFO beside it: pure functions, no input or output."""
