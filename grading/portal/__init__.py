"""The way through an exam as people walk it: the list of exams, an exam's home, its log."""
