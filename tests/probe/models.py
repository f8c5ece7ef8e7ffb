from __future__ import annotations

from django.db import models


class Result(models.Model):
    """What the probe's work wrote; without a unique constraint, so that double work would show."""

    subject_id = models.BigIntegerField()
    worker = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.subject_id} by {self.worker}"


class Loss(models.Model):
    """A job that was given up."""

    subject_id = models.BigIntegerField()
    reason = models.CharField(max_length=500)

    def __str__(self) -> str:
        return f"{self.subject_id}: {self.reason}"
