"""Runs the commands of the recognition library: `python -m recognition --help`."""

from recognition.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
