"""The web process: `waitress` in the embedded service, `gunicorn grading.wsgi` in the distributed one."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grading.settings")
application = get_wsgi_application()
