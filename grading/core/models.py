"""The queue of record and the audit log."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """The kinds of work, in the order in which a page meets them."""

    SPLIT = "split", _("taking files apart")
    PAGE = "page", _("finding pages")
    RECOGNIZE = "recognize", _("reading")
    MARK = "mark", _("marking")
    REPORT = "report", _("writing reports")
    ARCHIVE = "archive", _("packing reports")
    REREAD = "reread", _("reading again to compare")
    COMPARE = "compare", _("comparing two readings")


class Job(models.Model):
    """One piece of work: a stage applied to one subject (a file, a page, an exam; the stage knows which).

    Only `grading.core.jobs` writes here. ``owner`` and ``lease_until`` say which worker has it, until when.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "waiting"
        LEASED = "leased", "being worked on"
        DONE = "done", "done"
        QUARANTINED = "quarantined", "given up"

    stage = models.CharField(max_length=12, choices=Stage.choices)
    subject_id = models.BigIntegerField()
    exam_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    priority = models.SmallIntegerField(default=0, help_text="higher comes first")
    attempts = models.PositiveSmallIntegerField(default=0)
    again = models.BooleanField(default=False, help_text="asked for again while it was being worked on")
    owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=500, blank=True, help_text="why the last attempt failed")
    input_hash = models.CharField(max_length=64, blank=True)
    model_version = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stage", "subject_id"], name="one_job_a_stage_and_subject"),
            models.CheckConstraint(
                condition=Q(state="leased", lease_until__isnull=False) & ~Q(owner="")
                | ~Q(state="leased") & Q(lease_until__isnull=True, owner=""),
                name="a_lease_has_an_owner_and_an_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["stage", "-priority", "due_at", "id"], condition=Q(state="queued"), name="job_queue"
            ),
            models.Index(fields=["lease_until"], condition=Q(state="leased"), name="job_leases"),
            models.Index(fields=["exam_id", "stage", "state"], name="job_progress"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.subject_id}: {self.state}"


class AuditEvent(models.Model):
    """One thing that somebody did. Append-only: rows are never changed, and outlive what they speak of.

    Plain numbers instead of foreign keys, so that erasing a person or an exam does not rewrite history;
    ``actor_label`` says who it was in words.
    """

    at = models.DateTimeField(default=timezone.now)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=254)
    school_id = models.BigIntegerField(null=True, blank=True)
    exam_id = models.BigIntegerField(null=True, blank=True)
    verb = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["school_id", "-id"], name="audit_of_school"),
            models.Index(fields=["exam_id", "-id"], name="audit_of_exam"),
            models.Index(fields=["object_type", "object_id"], name="audit_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label} {self.verb} {self.object_type} {self.object_id or ''}".strip()
