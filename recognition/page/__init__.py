"""A scanned page, from file to cut boxes."""
