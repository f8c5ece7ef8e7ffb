"""Crops to learn from and to measure with: collected, composed, and cut from simulated sheets."""
