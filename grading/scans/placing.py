"""Which scanned page counts for a page of a sheet when several carry the same code.

The page that came in first (by file, then place in the file) is used, whatever order workers finish in, so
that a batch gives the same result with one worker or many. A later page is a duplicate when it shows the
same writing, else a person must look: nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable

from grading.scans.models import Page

SameWriting = Callable[[str, str], bool]
"""Whether two fingerprints are of the same written page."""


def place(page: Page, same: SameWriting) -> bool:
    """Settle ``page`` (sheet and number set, not saved) among its rivals; saves both sides.

    Call it in a transaction that holds the exam's lock. Returns whether ``page`` is the one used now.
    """
    used = _used(page)
    if used is None:
        page.state, page.reason = Page.State.USED, ""
        page.save()
        return True
    came_first = (page.file_id, page.scan_page) < (used.file_id, used.scan_page)
    if came_first and page.given_by_id is None:
        _step_back(used, page, same)
        used.save()
        page.state, page.reason = Page.State.USED, ""
    else:
        _step_back(page, used, same)
    page.save()
    return page.state == Page.State.USED


def displace(page: Page, reason: str) -> None:
    """Make whatever page is used at this place a duplicate."""
    rivals = Page.objects.filter(sheet=page.sheet, number=page.number, state=Page.State.USED)
    rivals.exclude(pk=page.pk).update(state=Page.State.DUPLICATE, reason=reason)


def _used(page: Page) -> Page | None:
    rivals = Page.objects.select_related("file").filter(
        sheet=page.sheet, number=page.number, state=Page.State.USED
    )
    return rivals.exclude(pk=page.pk).first()


def _step_back(page: Page, used: Page, same: SameWriting) -> None:
    where = f"{used.file.name}, page {used.scan_page}"
    if same(page.fingerprint, used.fingerprint):
        page.state, page.reason = Page.State.DUPLICATE, f"the same page as {where}"
    else:
        page.state = Page.State.NEEDS_REVIEW
        page.reason = f"carries the same code as {where} but shows other writing: choose which one counts"
