"""What an audit event says, in words; every verb of the project has its own (a test holds that)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from grading.core.models import AuditEvent

VERBS = {
    "exam.created": _lazy("set up the exam"),
    "exam.copied": _lazy("copied the exam from another"),
    "exam.changed": _lazy("changed the exam"),
    "exam.released": _lazy("released the results"),
    "exam.release_withdrawn": _lazy("opened the results again"),
    "question.rekeyed": _lazy("changed the key of a question"),
    "exam.known_items_set": _lazy("set how often reviewers get a known item"),
    "readings.taken": _lazy("took the readings of another reader"),
    "rubric.changed": _lazy("changed the criteria of a question"),
    "marking_rule.set": _lazy("set how people mark a question"),
    "exam.assigned": _lazy("said who marks which question"),
    "roster.set": _lazy("saved the roster"),
    "sheets.printed": _lazy("printed sheets"),
    "sheets.withdrawn": _lazy("withdrew printed sheets"),
    "sheets.absent": _lazy("said which students were absent"),
    "sheet.identified": _lazy("said whose sheet it is"),
    "sheets.swapped": _lazy("swapped the students of two sheets"),
    "file.taken_in": _lazy("handed in a scan"),
    "page.chosen": _lazy("chose which scan of a page counts"),
    "page.code_given": _lazy("typed the sheet number of a page"),
    "page.own_sheet": _lazy("gave a page a sheet of its own"),
    "sheet.set_aside": _lazy("set a sheet aside"),
    "sheet.counted_again": _lazy("counted a sheet again"),
    "page.dropped": _lazy("put a page aside"),
    "work.tried_again": _lazy("had the machine try again"),
    "answer.decided": _lazy("decided an answer"),
    "answer.undone": _lazy("took a decision back"),
    "pages.not_handed_in": _lazy("said of pages that they were not handed in: no points"),
    "pages.waited_for": _lazy("had pages that were not handed in waited for again"),
    "pages.arrived": _lazy("found pages that were said not to be handed in"),
    "answer.checked": _lazy("marked an answer a second time, blind"),
    "answer.pulled_out": _lazy("pulled an answer out of its group"),
    "claim.made": _lazy("kept a student's claim on an answer"),
    "claim.settled": _lazy("answered a student's claim"),
    "reports.asked": _lazy("had the student reports made"),
    "corrections.exported": _lazy("exported corrected readings"),
    "exam.course_set": _lazy("put the exam into a course"),
    "exam.made_anonymous": _lazy("had the exam marked without names"),
    "exam.names_shown": _lazy("had the exam marked with names"),
    "school.founded": _lazy("founded the school"),
    "person.signed_up": _lazy("made an account"),
    "person.address_changed": _lazy("changed their e-mail address"),
    "person.vouched_for": _lazy("came by single sign-on; password and log-ins from before ended"),
    "member.added": _lazy("added a member"),
    "member.role_changed": _lazy("changed a role"),
    "member.removed": _lazy("removed a member"),
    "invitation.made": _lazy("invited somebody"),
    "invitation.revoked": _lazy("took an invitation back"),
    "invitation.accepted": _lazy("accepted an invitation"),
    "course.created": _lazy("made a course"),
    "course.changed": _lazy("changed a course"),
    "course.removed": _lazy("removed a course"),
    "login.locked": _lazy("gave a wrong password too often and has to wait"),
    "password.changed": _lazy("set a new password"),
    "password.link_made": _lazy("made a link for a new password"),
    "second_factor.on": _lazy("turned on log-in in two steps"),
    "second_factor.off": _lazy("turned off log-in in two steps"),
    "second_factor.reset": _lazy("reset a lost second step of log-in"),
    "recovery_codes.on": _lazy("got recovery codes"),
    "recovery_codes.off": _lazy("gave up the recovery codes"),
    "recovery_codes.renewed": _lazy("made new recovery codes"),
}
OBJECTS = {
    "exams.exam": _lazy("the exam"),
    "exams.sheet": _lazy("sheets"),
    "exams.printrun": _lazy("prints"),
    "scans.scanfile": _lazy("files"),
    "scans.page": _lazy("pages"),
    "marking.answer": _lazy("answers"),
    "marking.rubric": _lazy("criteria"),
    "marking.markingrule": _lazy("rules of marking"),
    "reports.archive": _lazy("reports"),
}
DETAILS = {
    "one_in": _lazy("one in"),
    "reader": _lazy("reader"),
    "readings": _lazy("readings"),
    "sheet": _lazy("sheet"),
    "question": _lazy("question"),
    "kind": _lazy("as"),
    "text": _lazy("written"),
    "marks": _lazy("marks"),
    "student": _lazy("student"),
    "with": _lazy("with sheet"),
    "added": _lazy("added"),
    "changed": _lazy("changed"),
    "removed": _lazy("removed"),
    "run": _lazy("print"),
    "sheets": _lazy("sheets"),
    "release": _lazy("release"),
    "students": _lazy("students"),
    "name": _lazy("name"),
    "code": _lazy("short name"),
    "page": _lazy("page"),
    "state": _lazy("state"),
    "absent": _lazy("absent"),
    "before": _lazy("before"),
    "after": _lazy("after"),
    "version": _lazy("version"),
    "email": _lazy("address"),
    "role": _lazy("role"),
    "by": _lazy("by"),
    "from": _lazy("from"),
    "members": _lazy("members"),
    "course": _lazy("course"),
    "assigned": _lazy("asked"),
    "no_longer": _lazy("asked no more"),
}
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Line:
    """One event as people read it."""

    event: AuditEvent
    who: str
    what: str
    details: tuple[tuple[str, str], ...]


def line(event: AuditEvent) -> Line:
    """An event in words."""
    who = _("Inkgrade itself") if event.actor_id is None else event.actor_label
    shown = ((_name(key), _value(value)) for key, value in event.data.items())
    return Line(event, who, verb_words(event.verb), tuple(pair for pair in shown if pair[1]))


def verb_words(verb: str) -> str:
    """What was done; a verb that has no words here is shown as it is, so that nothing is hidden."""
    return str(VERBS.get(verb, verb.replace(".", " ").replace("_", " ")))


def object_words(kind: str) -> str:
    """What it was done to."""
    return str(OBJECTS.get(kind, kind.partition(".")[2] or kind))


def _name(key: str) -> str:
    return str(DETAILS.get(key, key.replace("_", " ")))


def _value(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        if "questions" in value:  # a whole exam file: its versions are kept and shown elsewhere
            return ""
        return _cut(", ".join(f"{name} {_plain(part)}" for name, part in value.items()))
    return _cut(_plain(value))


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    if isinstance(value, dict):
        return " ".join(_plain(part) for part in value.values())
    return "" if value is None else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
