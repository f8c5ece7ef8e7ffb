"""The service's settings with a home of its own for every test process, and a fast password hash."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="inkgrade-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["INKGRADE_HOME"] = _home

from grading.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
