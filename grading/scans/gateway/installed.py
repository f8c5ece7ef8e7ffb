"""Which reader is installed here, for the web process too: told from small files, nothing is loaded."""

from __future__ import annotations

import logging
from functools import lru_cache

log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def installed_reader() -> str | None:
    """The version that readings made now carry; None where this process has no weights to tell it from.

    Like the reader itself it is looked up once a process: other weights need a restart.
    """
    from django.conf import settings

    from recognition.reader.network import WeightsError
    from recognition.reader.version import installed_version

    try:
        return installed_version(settings.INKGRADE_WEIGHTS)
    except (WeightsError, OSError, ValueError) as error:
        log.warning("the installed reader is not known: %s", error)
        return None
