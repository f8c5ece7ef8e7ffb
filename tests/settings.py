"""The service's settings with a home of its own for every test process, and a fast password hash."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_process = os.environ.get("PYTEST_XDIST_WORKER", "alone")
if os.environ.get("INKGRADE_TESTS") != _process:
    # Processes that a test starts inherit the mark, and keep the home that the test gives them.
    os.environ["INKGRADE_TESTS"] = _process
    os.environ["INKGRADE_HOME"] = tempfile.mkdtemp(prefix="inkgrade-tests-")
    # DATABASE_URL and REDIS_URL name the servers for the tests that need them, not the service under test.
    for name in ("DATABASE_URL", "REDIS_URL"):
        if name in os.environ:
            os.environ[f"TEST_{name}"] = os.environ.pop(name)
    atexit.register(shutil.rmtree, os.environ["INKGRADE_HOME"], ignore_errors=True)

from grading.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
