"""Exams: their files, questions, keys, rosters and printed sheets."""
