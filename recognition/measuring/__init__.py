"""How good the reader is: figures, calibration, peers."""
