"""The paper simulator: pupils' handwriting in printed answer sheets, and what a scanner makes of them.

It knows the printed sheets (`layout.json`, `sheets.pdf`) and plain question dictionaries, nothing of grading.
The demo, the tests and the training take their pages and crops from here. Everything random comes from a
seeded NumPy generator that the caller passes in: the same seed gives the same bytes.
"""
