"""The six steps from an empty exam to released results: what each says, and which one is next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.core.numerals import localized
from grading.marking.left_for_people import LeftForPeople
from grading.portal.overview import Overview


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``view`` names its page, ``query`` the part that is shown; ``state``: done, now or later."""

    view: str
    title: str
    text: str
    action: str
    done: bool
    state: str = "later"
    query: str = ""


def steps(seen: Overview) -> list[Step]:
    """All steps; the first that is not done is the one to do now."""
    found: list[Step] = []
    for step in _steps(seen):
        is_next = not step.done and all(before.done for before in found)
        state = "done" if step.done else "now" if is_next else "later"
        found.append(replace(step, state=state))
    return found


def _steps(seen: Overview) -> Iterator[Step]:
    yield _set_up(seen)
    printed = ngettext("%(n)d sheet printed", "%(n)d sheets printed", seen.sheets) % {"n": seen.sheets}
    nothing = _("One PDF for the whole class, with a code on every page.")
    yield Step(
        "exams:print", _("Print"), printed if seen.sheets else nothing, _("Print sheets"), seen.sheets > 0
    )
    yield _scan_in(seen)
    yield _how_sure(seen)
    yield _review(seen)
    yield _results(seen)


def _set_up(seen: Overview) -> Step:
    text = ngettext("%(n)d question", "%(n)d questions", seen.questions) % {"n": seen.questions}
    text += " · " + _("%(marks)s marks") % {"marks": localized(seen.max_marks)} + " · "
    text += ngettext("%(n)d student on the roster", "%(n)d students on the roster", seen.students) % {
        "n": seen.students
    }
    action = _("Change the roster") if seen.students else _("Add the roster")
    return Step("exams:roster", _("Set up"), text, action, bool(seen.students or seen.sheets))


def _scan_in(seen: Overview) -> Step:
    pages = seen.pages
    if not (pages.pages_in or seen.files_waiting):
        text = _("Drop the scans here: PDF, TIFF, pictures or ZIP, in any order.")
    else:
        text = ngettext("%(n)d page in", "%(n)d pages in", pages.pages_in) % {"n": pages.pages_in}
        text += " · " + _("%(n)d used") % {"n": pages.used}
    if pages.used and seen.sheets_missing:
        missing = ngettext("%(n)d sheet not scanned", "%(n)d sheets not scanned", seen.sheets_missing)
        text += " · " + missing % {"n": seen.sheets_missing}
    if seen.busy and (pages.pages_in or seen.files_waiting):
        text += " · " + _("the machine is at work")
    if seen.problem_pages:
        needing = ngettext("%(n)d needs you", "%(n)d need you", seen.problem_pages)
        text += " · " + needing % {"n": seen.problem_pages}
    done = pages.pages_in > 0 and pages.settled and not seen.busy
    action = _("Settle these pages") if seen.problem_pages else _("Scan in")
    query = "?state=to-do" if seen.problem_pages else ""
    return Step("scans:scan", _("Scan in"), text, action, done, query=query)


def _how_sure(seen: Overview) -> Step:
    text = _("At most %(budget)s of the automatic marks may be wrong.") % {
        "budget": f"{localized(round(100 * seen.spec.error_budget, 6))} %"
    }
    if seen.answers:
        for_people = seen.left.answers + seen.left.unseen + seen.human
        shares = {"auto": seen.auto + seen.blank, "people": for_people, "human": seen.human}
        if seen.human:
            words = _("%(auto)d answers marked by the machine, %(people)d for people (%(human)d decided).")
        else:
            words = _("%(auto)d answers marked by the machine, %(people)d for people.")
        text += " " + words % shares
    return Step("marking:budget", _("Decide how sure"), text, _("Look at the balance"), seen.answers > 0)


def _review(seen: Overview) -> Step:
    left = seen.left
    if not seen.answers:
        text = _("What the machine is not sure of comes here.")
    elif not left.total:
        text = _("Nothing is left for people.")
    else:
        text = " · ".join(_left(left))
    done = seen.answers > 0 and not left.total
    return Step("review:queue", _("Review"), text, _("Review"), done)


def _left(left: LeftForPeople) -> Iterator[str]:
    if left.answers:
        words = ngettext("%(n)d answer to decide", "%(n)d answers to decide", left.answers)
        yield words % {"n": left.answers}
    if left.sheets:
        words = ngettext("%(n)d sheet without a student", "%(n)d sheets without a student", left.sheets)
        yield words % {"n": left.sheets}
    if left.claims:
        words = ngettext("%(n)d claim of a student", "%(n)d claims of students", left.claims)
        yield words % {"n": left.claims}
    if left.unseen:
        words = ngettext(
            "%(n)d answer whose page never came", "%(n)d answers whose pages never came", left.unseen
        )
        yield words % {"n": left.unseen}


def _results(seen: Overview) -> Step:
    if seen.changed_since:
        text = ngettext(
            "The results of %(n)d student differ from what was released.",
            "The results of %(n)d students differ from what was released.",
            seen.changed_since,
        ) % {"n": seen.changed_since}
        return Step("reports:release", _("Results"), text, _("See what changed"), done=False)
    text = _("Released.") if seen.released else _("Marks, statistics, reports and CSV files.")
    return Step("reports:results", _("Results"), text, _("See the results"), seen.released)
