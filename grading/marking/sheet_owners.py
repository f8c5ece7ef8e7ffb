"""Sheets and their students as a person needs to see them to put them right."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from grading.core.errors import UserError
from grading.core.name_order import name_key
from grading.exams.models import Exam, Student
from grading.marking.models import Identity
from grading.marking.sheetnumber import IdentityReason
from grading.scans.models import Page

SEVERAL = 4
"""As many students are named when it is not clear who is meant."""
UNLIKELY = 0.005
"""A student who has a sheet and is less likely than this is not offered."""
FEW_FREE = 5
"""Students without a sheet, if there are no more than these, are offered whatever the number looks like."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A student the sheet may belong to; ``probability`` is the machine's, ``has`` their other sheet.

    ``also``: numbers of other sheets without a student that look most like theirs.
    """

    student: Student
    probability: float
    has: str
    also: tuple[str, ...] = ()

    @property
    def is_left_over(self) -> bool:
        """Whether nothing speaks for the student but that no sheet is theirs yet."""
        return not self.has and self.probability < UNLIKELY


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A sheet without a student; ``page`` is its page with the number box, if that was scanned.

    ``other``: what there is to look at where it was not, the first of its pages.
    """

    identity: Identity
    page: Page | None
    candidates: tuple[Candidate, ...]
    other: Page | None = None

    @property
    def printed(self) -> bool:
        """Whether the number was printed on the sheet, so that nobody had to write it."""
        owner = self.identity.sheet.printed_for
        return owner is not None and owner.student_id == self.identity.read


def without_student(exam: Exam) -> QuerySet[Identity]:
    """The sheets whose student a person must say, in the order of the sheet numbers."""
    waiting = Identity.objects.filter(exam=exam, state=Identity.State.REVIEW)
    waiting = waiting.select_related("sheet__printed_for")
    return waiting.order_by("sheet__number")


def doubtful(exam: Exam, most: int) -> list[Doubtful]:
    """The first of them with everything that helps."""
    return _with_facts(exam, list(without_student(exam)[:most]))


def named_like(exam: Exam, text: str) -> QuerySet[Student]:
    """The students of the roster whom a person may mean: parts of a name, or the beginning of a number.

    Case, accents and the order of the names do not count.
    """
    number = (text.split(maxsplit=1) or [""])[0]
    named = Q()
    for word in name_key("", text).split():
        named &= Q(sort_name__contains=word)
    meant = Q(student_id__istartswith=number) | named
    return Student.objects.filter(meant, exam=exam, on_roster=True).order_by("sort_name", "student_id")


def meant_by(exam: Exam, text: str) -> Student:
    """The student whom a person names by number, by number and name, or by as much of a name as is enough.

    Raises UserError when nobody or more than one is meant.
    """
    numbers = {text.strip(), (text.split(maxsplit=1) or [""])[0]}
    if known := exam.students.filter(student_id__in=numbers).first():
        return known
    found = list(named_like(exam, text)[: SEVERAL + 1])
    whole = [student for student in found if name_key("", student.name) == name_key("", text)]
    if len(found) == 1 or len(whole) == 1:
        return whole[0] if whole else found[0]
    if not found:
        raise UserError(f"no student {text} is on the roster", "add the student to the roster first")
    several = ", ".join(str(student) for student in found[:SEVERAL]) + ("…" if len(found) > SEVERAL else "")
    raise UserError(
        _("%(text)s may be %(several)s") % {"text": text, "several": several},
        _("type the number of the one you mean"),
    )


def doubtful_sheet(identity: Identity) -> Doubtful:
    """The same of one sheet."""
    return _with_facts(identity.exam, [identity])[0]


def _with_facts(exam: Exam, waiting: list[Identity]) -> list[Doubtful]:
    sheets = [identity.sheet_id for identity in waiting]
    pages = Page.objects.filter(sheet__in=sheets, state=Page.State.USED, readings__question="").distinct()
    with_number = {page.sheet_id: page for page in pages.select_related("sheet__print_run")}
    without = set(sheets) - set(with_number)
    others = Page.objects.filter(sheet__in=without, state=Page.State.USED).select_related("sheet__print_run")
    first = {page.sheet_id: page for page in others.order_by("-number")} if without else {}
    named = {str(entry[0]) for identity in waiting for entry in identity.candidates}
    students = {s.student_id: s for s in Student.objects.filter(exam=exam, student_id__in=named)}
    taken = dict(
        owners(exam).filter(student__student_id__in=named).values_list("student__student_id", "sheet__number")
    )
    rivals = _rivals(exam) if any(i.reason == IdentityReason.TWO_SHEETS for i in waiting) else {}
    free = _free(exam) if waiting else []
    return [
        Doubtful(
            identity,
            with_number.get(identity.sheet_id),
            _candidates(identity, students, taken, rivals, free),
            first.get(identity.sheet_id),
        )
        for identity in waiting
    ]


def _free(exam: Exam) -> list[Student]:
    """The students of the roster without a sheet; none where they are many."""
    has_one = Identity.objects.filter(exam=exam, student=OuterRef("pk"))
    found = Student.objects.filter(~Exists(has_one), exam=exam, on_roster=True).order_by("sort_name")
    listed = list(found[: FEW_FREE + 1])
    return listed if len(listed) <= FEW_FREE else []


def _rivals(exam: Exam) -> dict[str, list[str]]:
    """Student number -> the sheets without a student that look most like theirs."""
    found: dict[str, list[str]] = {}
    unclear = without_student(exam).filter(reason=IdentityReason.TWO_SHEETS)
    for sheet, candidates in unclear.values_list("sheet__number", "candidates"):
        if candidates:
            found.setdefault(str(candidates[0][0]), []).append(sheet)
    return found


def owners(exam: Exam) -> QuerySet[Identity]:
    """The sheets whose student is known, by the student's name."""
    found = Identity.objects.filter(exam=exam, student__isnull=False).select_related("sheet", "student")
    return found.order_by("student__sort_name", "sheet__number")


def _candidates(
    identity: Identity,
    students: dict[str, Student],
    taken: dict[str, str],
    rivals: dict[str, list[str]],
    free: list[Student],
) -> tuple[Candidate, ...]:
    """The likely ones, the likeliest first; then those who have no sheet yet."""

    def others(number: str) -> tuple[str, ...]:
        return tuple(sheet for sheet in rivals.get(number, ()) if sheet != identity.sheet.number)

    likely = [
        Candidate(students[number], float(probability), taken.get(number, ""), others(number))
        for number, probability in identity.candidates
        if number in students and (probability >= UNLIKELY or number not in taken)
    ]
    named = {candidate.student.pk for candidate in likely}
    return (*likely, *(Candidate(student, 0.0, "") for student in free if student.pk not in named))
