"""What developers run: nothing in here is part of the service."""
