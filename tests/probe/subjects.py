"""Subjects that misbehave, by number; from FIRST_GOOD on they succeed."""

from __future__ import annotations

CRASHES, HANGS, OUT_OF_MEMORY = 1, 2, 3
FIRST_GOOD = 10
