"""Several tabs finish one upload at once; print how many files they were told of, and how many there are."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import django

TABS = 4
CONTENT = b"%PDF-1.7 of a class"


def main() -> None:
    """Every tab has looked at the upload before the first one finishes it."""
    from django.db import connection

    from grading.accounts.models import School, User
    from grading.core.actor import Actor
    from grading.scans import uploads
    from grading.scans.models import ScanFile, Upload
    from tests.classroom import small_exam

    school = School.objects.create(name="School A")
    person = User.objects.create_user("alice@example.org", password="correct horse")
    actor = Actor(person.pk, "Alice", school.pk)
    announced = {"actor": actor, "exam": small_exam(school), "name": "class.pdf", "size": len(CONTENT)}
    upload = uploads.begin(fingerprint="f" * 64, **announced)
    upload = uploads.append(upload=upload, offset=0, content=io.BytesIO(CONTENT[:9]), length=9)
    rest = CONTENT[9:]
    uploads.append(upload=upload, offset=9, content=io.BytesIO(rest), length=len(rest))
    together = Barrier(TABS)

    def finish(_tab: int) -> int:
        mine = Upload.objects.get(pk=upload.pk)
        together.wait()
        try:
            return uploads.finish(actor=actor, upload=mine, digest=hashlib.sha256(CONTENT).hexdigest()).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(TABS) as tabs:
        told = set(tabs.map(finish, range(TABS)))
    with ScanFile.objects.get().file.open("rb") as stored:
        print(len(told), ScanFile.objects.count(), stored.read() == CONTENT)


if __name__ == "__main__":
    django.setup()
    main()
