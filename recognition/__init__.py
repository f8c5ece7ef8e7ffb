"""Inkgrade's recognition library: images in, readings out. No Django, no database."""
