"""Marks and identities: derived from readings, decisions and keys, and recomputable at any time."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grading.exams.models import Exam, Sheet, Student
from grading.scans.models import Page, ReadBox, Reading


class Answer(models.Model):
    """One answer of one sheet with the mark it has now. ``marks`` is null while undecided, never 0."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    class Status(models.TextChoices):
        AUTO = "auto", "marked by the machine"
        REVIEW = "review", "for a person"
        BLANK = "blank", "left empty"
        HUMAN = "human", "decided by a person"

    class Stake(models.IntegerChoices):
        """What deciding an open answer can change; the greater, the sooner it is worth a look."""

        NOTHING = 0, _("changes no marks")
        MARKS = 1, _("changes the marks")
        PASS = 2, _("decides with others whether the sheet passes")
        TURNS = 3, _("alone decides whether the sheet passes")

    class Verdict(models.TextChoices):
        CORRECT = "correct", "correct"
        PARTIAL = "partial", "partly correct"
        WRONG = "wrong", "wrong"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="answers")
    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=24)
    position = models.PositiveIntegerField(help_text="order of the question in the exam")
    kind = models.CharField(max_length=12)
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers")
    reading = models.ForeignKey(Reading, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    status = models.CharField(max_length=8, choices=Status.choices)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    marks = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    max_marks = models.DecimalField(max_digits=8, decimal_places=3)
    read = models.CharField(max_length=500, blank=True, help_text="what counts as written")
    confidence = models.FloatField(default=0.0)
    risk = models.FloatField(default=1.0, help_text="probability that the machine's mark is wrong")
    reason = models.CharField(max_length=200, blank=True)
    audit = models.BooleanField(default=False, help_text="in the blind audit sample of automatic marks")
    turn = models.PositiveSmallIntegerField(
        default=1, help_text="whose mark it has or waits for: 1 first, 2 second, 3 settles"
    )
    group = models.PositiveIntegerField(
        default=0, help_text="its group of like answers, numbered by question and size; 0: it is alone"
    )
    group_size = models.PositiveIntegerField(default=0, help_text="how many were alike when marks were made")
    oddity = models.FloatField(default=0.0, help_text="0..1, how little its ink looks like its group's")
    stake = models.PositiveSmallIntegerField(default=0, help_text="what deciding it can change, see Stake")
    apart = models.BooleanField(default=False, help_text="a person pulled it out of its group")
    flagged = models.BooleanField(default=False, help_text="a person wants it looked at again")

    class Meta:
        ordering = ["sheet_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "question"], name="answer_once_a_sheet"),
            models.CheckConstraint(
                condition=~models.Q(status="review") | models.Q(marks__isnull=True),
                name="undecided_has_no_marks",
            ),
            models.CheckConstraint(
                condition=models.Q(status="review") | models.Q(marks__isnull=False),
                name="decided_has_marks",
            ),
        ]
        indexes = [
            models.Index(fields=["exam", "status", "question"]),
            # The two orders of the review queue: a next item is one seek, however many wait.
            models.Index(
                fields=["exam", "status", "group", "position", "read"], name="answer_queue_by_likeness"
            ),
            models.Index(
                fields=["exam", "status", "stake", "group", "position", "read"], name="answer_queue_by_stake"
            ),
            models.Index(fields=["exam"], condition=models.Q(flagged=True), name="answer_flagged"),
            models.Index(fields=["exam"], condition=models.Q(audit=True), name="answer_audited"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.question}"


class Cutoffs(models.Model):
    """The greatest risk that was marked automatically in each group, the last time the exam was marked."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.OneToOneField(Exam, on_delete=models.CASCADE, related_name="cutoffs")
    budget = models.FloatField()
    by_group = models.JSONField()
    loads = models.JSONField(default=list, help_text="[budget, automatic, for people, expected wrong]")
    readers = models.JSONField(default=list, help_text="versions of the reader whose readings counted")
    marked_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.budget}"


class Identity(models.Model):
    """Whose sheet it is. Two sheets never share a student: the database refuses it."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    class State(models.TextChoices):
        AUTO = "auto", "found by the machine"
        REVIEW = "review", "for a person"
        HUMAN = "human", "decided by a person"

    sheet = models.OneToOneField(Sheet, on_delete=models.CASCADE, related_name="identity")
    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="identities")
    student = models.ForeignKey(Student, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices)
    read = models.CharField(max_length=64, blank=True, help_text="the number as read")
    probability = models.FloatField(default=0.0)
    reason = models.CharField(max_length=200, blank=True)
    candidates = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "student"], name="student_has_one_sheet")]

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.state}"


class Decision(models.Model):
    """What a person decided of one answer. Append-only: a later row counts, an undo is a row too."""

    SCHOOL_PATH: ClassVar[str] = "sheet__exam__school_id"

    class Kind(models.TextChoices):
        RIGHT = "right", "right"
        WRONG = "wrong", "wrong"
        READING = "reading", "reads as"
        MARKS = "marks", "marks"
        RUBRIC = "rubric", "by criteria"
        UNDO = "undo", "undone"
        LOST = "lost", "its page was not handed in: no points"
        SOUGHT = "sought", "its page is waited for again"

    class Turn(models.IntegerChoices):
        FIRST = 1, "first marking"
        SECOND = 2, "second marking, blind"
        THIRD = 3, "settles the two"

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="decisions")
    question = models.CharField(max_length=24)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    text = models.CharField(max_length=500, blank=True)
    marks = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    comment = models.CharField(max_length=1000, blank=True)
    audit = models.BooleanField(default=False, help_text="a blind second look at an automatic mark")
    turn = models.PositiveSmallIntegerField(choices=Turn.choices, default=Turn.FIRST)
    data = models.JSONField(default=dict, help_text="criteria, adjustment, annotations")
    key = models.CharField(
        max_length=16,
        blank=True,
        help_text="the key by which it is right or wrong; empty: it holds under any",
    )
    act = models.UUIDField(
        null=True, blank=True, help_text="one press of a key: sent twice it counts once, a group shares it"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["act", "sheet", "question"], name="act_once_an_answer")
        ]
        indexes = [
            models.Index(fields=["sheet", "question"]),
            models.Index(fields=["by", "at"], name="decision_pace"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.question}: {self.kind}"


class Rubric(models.Model):
    """The criteria of one question. Append-only: the newest version counts, whichever one marked by."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    class Scoring(models.TextChoices):
        UP = "up", _("points add up from nothing")
        DOWN = "down", _("points come off the full marks")

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="rubrics")
    question = models.CharField(max_length=24)
    version = models.PositiveIntegerField()
    scoring = models.CharField(max_length=4, choices=Scoring.choices, default=Scoring.UP)
    criteria = models.JSONField(help_text="[{id, text, points}] in the order of their keys")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "question", "version"], name="rubric_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.exam_id}/{self.question} v{self.version}"


class MarkingRule(models.Model):
    """How people mark one question: whether they do, and how much of it is marked twice."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="marking_rules")
    question = models.CharField(max_length=24)
    by_people = models.BooleanField(default=False, help_text="the machine gives no marks here")
    second_share = models.FloatField(default=0.0, help_text="share of the answers that two people mark")
    tolerance = models.DecimalField(
        max_digits=8, decimal_places=3, default=0, help_text="a greater difference goes to a third person"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exam", "question"], name="rule_once_a_question"),
            models.CheckConstraint(
                condition=models.Q(second_share__gte=0, second_share__lte=1), name="second_share_is_a_share"
            ),
            models.CheckConstraint(condition=models.Q(tolerance__gte=0), name="tolerance_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.exam_id}/{self.question}"


class Replay(models.Model):
    """A trial: an exam's crops read again by the installed reader, beside the readings that count.

    ``found``: what would change (see ``replay_differences``), null until all pages are read. ``stamp`` names
    the state of the exam that it speaks of.
    """

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.OneToOneField(Exam, on_delete=models.CASCADE, related_name="replay")
    reader = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(help_text="to be read again")
    asked_at = models.DateTimeField()
    found = models.JSONField(null=True)
    stamp = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.exam_id}: {self.reader}"

    @property
    def seen(self) -> str:
        """Names what was found, so that a person takes what they looked at and nothing else."""
        return f"{self.pk}/{self.stamp}"


class TrialReading(ReadBox):
    """What the installed reader makes of one box in a trial: it counts for nothing until it is taken."""

    SCHOOL_PATH: ClassVar[str] = "replay__exam__school_id"

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, related_name="readings")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["replay", "page", "question"], name="trial_reading_once_a_box")
        ]

    def __str__(self) -> str:
        return f"{self.page_id}/{self.question}: {self.text}"


class Claim(models.Model):
    """A student says that one answer was read or marked wrongly: a person looks at that one again.

    ``earned`` and ``left_at`` are the marks when it came and when it was settled.
    """

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="claims")
    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="claims")
    question = models.CharField(max_length=24)
    words = models.CharField(max_length=500, blank=True, help_text="what the student says")
    earned = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reply = models.CharField(max_length=500, blank=True)
    left_at = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "question"],
                condition=models.Q(settled_at__isnull=True),
                name="one_open_claim_an_answer",
            )
        ]
        indexes = [
            models.Index(fields=["exam"], condition=models.Q(settled_at__isnull=True), name="claim_open")
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.question}"

    @property
    def is_changed(self) -> bool:
        """Whether the answer earned something else when it was settled."""
        return self.settled_at is not None and self.left_at != self.earned
