"""Who holds which item of the review right now, who is asked to mark what, and each person's keys."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grading.accounts.models import Membership
from grading.exams.models import Exam, Sheet
from grading.marking.models import Answer, Decision
from grading.scans.models import Page


class Lease(models.Model):
    """An item that one reviewer holds until ``until``; nobody else is shown it before.

    The item is an answer, a sheet whose student is not clear, or a page that the machine could not place.
    """

    SCHOOL_PATH: ClassVar[str] = "reviewer__memberships__school_id"

    answer = models.OneToOneField(Answer, null=True, on_delete=models.CASCADE, related_name="lease")
    sheet = models.OneToOneField(Sheet, null=True, on_delete=models.CASCADE, related_name="lease")
    page = models.OneToOneField(Page, null=True, on_delete=models.CASCADE, related_name="lease")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer__isnull=False, sheet__isnull=True, page__isnull=True)
                | models.Q(answer__isnull=True, sheet__isnull=False, page__isnull=True)
                | models.Q(answer__isnull=True, sheet__isnull=True, page__isnull=False),
                name="lease_of_one_item",
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer_id or self.sheet_id or self.page_id} held by {self.reviewer_id}"


class KnownItem(models.Model):
    """An answer that somebody else decided, put into a reviewer's queue to see whether they say the same.

    ``kind`` is empty until they have. What they say is a second reading: no mark is ever made of it.
    ``act`` and ``undone`` name the act that said it and the one that took it back, which count once.
    """

    SCHOOL_PATH: ClassVar[str] = "answer__exam__school_id"

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Decision.Kind.choices, blank=True)
    text = models.CharField(max_length=500, blank=True)
    marks = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    key = models.CharField(max_length=16, blank=True, help_text="as that of a decision")
    at = models.DateTimeField(null=True, blank=True, help_text="when it was said")
    act = models.UUIDField(null=True, blank=True)
    undone = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "reviewer"], name="known_item_once_a_reviewer")
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} for {self.reviewer_id}"


class Assignment(models.Model):
    """A question that a person is asked to mark: it comes to them first, and is locked to nobody.

    It belongs to the membership, so that it ends with it.
    """

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="+")
    question = models.CharField(max_length=24)
    member = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["exam", "question", "member"], name="assigned_once_a_member")
        ]

    def __str__(self) -> str:
        return f"{self.exam_id}/{self.question}: {self.member_id}"


class Keys(models.Model):
    """The keys that a person reviews with: a preset, keys of their own on top of it, or none at all."""

    class Preset(models.TextChoices):
        USUAL = "usual", _("Usual: Enter is right, Backspace is wrong")
        LEFT = "left", _("Left hand: everything within its reach")
        OFF = "off", _("Off: no single keys, only the mouse and Tab")

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    preset = models.CharField(max_length=8, choices=Preset.choices, default=Preset.USUAL)
    own = models.JSONField(default=dict, help_text="action -> key, where it differs from the preset")

    def __str__(self) -> str:
        return f"{self.person_id}: {self.preset}"
