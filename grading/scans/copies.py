"""The same file handed in twice."""

from __future__ import annotations

from grading.scans.models import ScanFile


def earlier_copy(file: ScanFile) -> ScanFile | None:
    """The same bytes handed in earlier for the same exam, unless they could not be read."""
    earlier = ScanFile.objects.filter(exam_id=file.exam_id, sha256=file.sha256, pk__lt=file.pk)
    return earlier.exclude(state=ScanFile.State.REFUSED).first()
