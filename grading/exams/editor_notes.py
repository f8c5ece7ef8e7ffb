"""What the editor says while an exam is written, and the page that it shows beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from grading.core.errors import UserError
from grading.exams.drafts import Draft
from grading.exams.editor import HEAD, STILL_EMPTY, Editor
from grading.exams.fingerprint import exam_key
from grading.exams.key_warnings import question_warnings
from grading.exams.models import Exam, PrintRun
from grading.exams.page_preview import page_of, page_svg
from grading.exams.pass_warnings import exam_warnings
from grading.exams.printed_changes import keeps_words, obstacles
from grading.exams.refusals import in_words
from grading.exams.sheet_print import plan_print
from grading.exams.spec import ExamSpec


@dataclass(frozen=True, slots=True)
class Note:
    """One remark at a form's field. ``look``: todo (not written yet), bad (cannot be), look (odd)."""

    form: str
    field: str
    label: str
    look: str
    text: str


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page of the draft: drawn when ``svg`` is not empty, else ``missing`` says why not."""

    svg: str = ""
    page: int = 1
    pages: int = 1
    missing: str = ""


def notes_of(editor: Editor, draft: Draft) -> list[Note]:
    """Faults and warnings at their fields."""
    if draft.spec is None:
        return []  # nothing is wrong with an exam that nobody began
    found = [_fault_note(editor, fault) for fault in draft.faults]
    faulty = {(note.form, note.field) for note in found}
    return found + [note for note in _warning_notes(editor, draft) if (note.form, note.field) not in faulty]


def page_seen(editor: Editor, draft: Draft, page: int = 1, chosen: str = "") -> PageSeen:
    """The page to show: the one of the row ``chosen`` (its prefix) if there is one, else ``page``."""
    if draft.spec is None:
        return nothing_seen()
    rows = places(editor, draft) if chosen else {}
    name = next((name for name, prefix in rows.items() if prefix == chosen), None)
    return page_of_spec(draft.spec, page, name)


def nothing_seen() -> PageSeen:
    """Where there is no question yet."""
    return PageSeen(missing=_("The printed page appears here with the first question."))


def page_of_spec(spec: ExamSpec, page: int = 1, name: str | None = None) -> PageSeen:
    """The page of the question ``name`` if there is one, else ``page``, as near as the exam has it."""
    try:
        sheets = plan_print(spec, copies=1, run="preview")
    except UserError as error:
        return PageSeen(missing=in_words(error))
    pages = len(sheets.plan.pages)
    shown = page_of(sheets, name) if name else min(max(page, 1), pages)
    return PageSeen(page_svg(sheets, shown, name), shown, pages)


def places(editor: Editor, draft: Draft) -> dict[str, str]:
    """Question id -> prefix of the row that it comes from."""
    used = editor.used
    if draft.spec is None:
        return {}
    pairs = zip(draft.spec.questions, draft.rows, strict=True)
    return {question.id: str(used[row].prefix) for question, row in pairs}


def about_prints(exam: Exam, spec: ExamSpec) -> tuple[str, bool]:
    """What saving ``spec`` means for printed sheets, and whether it is refused; empty when nothing."""
    if exam_key(spec) == exam_key(exam.load_spec()):
        return "", False
    runs = list(
        PrintRun.objects.filter(exam=exam, withdrawn_at=None)
        .select_related("version")
        .annotate(sheets_n=Count("sheets"))
    )
    found = obstacles((run.layout for run in runs), spec)
    return "; ".join(found or keeps_words(runs)), bool(found)


def answer_data(editor: Editor, draft: Draft, seen: PageSeen) -> dict[str, Any]:
    """All of it as plain data for the script of the editor."""
    notes = [asdict(note) for note in notes_of(editor, draft)]
    return {**asdict(seen), "notes": notes, "places": places(editor, draft)}


def _fault_note(editor: Editor, fault: Any) -> Note:
    form, field = editor.place(fault)
    empty = field is not None and not form.cleaned_data.get(field)
    label = str(form.fields[field].label) if field else ""
    text = str(STILL_EMPTY) if empty else fault.message
    return Note(str(form.prefix), field or "", label, "todo" if empty else "bad", text)


def _warning_notes(editor: Editor, draft: Draft) -> Iterator[Note]:
    if draft.spec is None:
        return
    used = editor.used
    unsound = {
        fault.place[1] for fault in draft.faults if fault.place[:1] == ("questions",) and fault.place[1:]
    }
    for question, row in zip(draft.spec.questions, draft.rows, strict=True):
        if row in unsound:
            continue
        form = used[row]
        for warn in question_warnings(question):
            label = str(form.fields[warn.field].label)
            yield Note(str(form.prefix), warn.field, label, "look", warn.text)
    if draft.finished is not None:
        for warn in exam_warnings(draft.finished):
            yield Note(HEAD, warn.field, str(editor.head.fields[warn.field].label), "look", warn.text)
