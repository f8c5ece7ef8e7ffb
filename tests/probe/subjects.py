"""Subjects that misbehave, by number; from FIRST_GOOD on they succeed, from FIRST_SLOW on slowly."""

from __future__ import annotations

CRASHES, HANGS, OUT_OF_MEMORY = 1, 2, 3
FIRST_GOOD = 10
FIRST_SLOW = 1000
