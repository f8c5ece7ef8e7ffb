"""Stored files as local paths, wherever the storage keeps them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db.models.fields.files import FieldFile


@contextmanager
def local_path(file: FieldFile) -> Iterator[Path]:
    """A path to read ``file`` from; a remote object is copied to a temporary file for the time being."""
    try:
        path = Path(file.path)
    except NotImplementedError:
        with (
            tempfile.NamedTemporaryFile(suffix=Path(file.name or "").suffix) as copy,
            file.open("rb") as source,
        ):
            shutil.copyfileobj(source, copy)
            copy.flush()
            yield Path(copy.name)
    else:
        yield path
