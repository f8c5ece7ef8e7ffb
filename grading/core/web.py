"""The portal as a WSGI application, with everything loaded before the first request."""

from __future__ import annotations

import gc

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver


def portal() -> WSGIHandler:
    """What serves; all views are imported by then.

    What is loaded stays for good, so the garbage collector need not look through it again and again: that
    takes 60 ms and more, in the middle of somebody's request.
    """
    application = get_wsgi_application()
    get_resolver().check()  # imports every view
    gc.collect()
    gc.freeze()
    return application
