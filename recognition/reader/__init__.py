"""From the crop of a box to what was written, and how sure."""
