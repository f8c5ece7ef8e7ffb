"""The load test: `make load`, or `python -m tests.load --help`. It is no part of the test suite."""
