"""The web process: `waitress` in the embedded service, `gunicorn grading.wsgi` in the distributed one."""

from __future__ import annotations

import os

from grading.core.web import portal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grading.settings")
application = portal()
