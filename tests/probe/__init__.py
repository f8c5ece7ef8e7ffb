"""A tiny app with work of its own, to try the queue with real processes, real databases and real faults."""
