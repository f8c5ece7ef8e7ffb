"""Who holds which item of the review queue right now."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from grading.marking.models import Answer


class Lease(models.Model):
    """An item that one reviewer holds until ``until``; nobody else is shown it before."""

    SCHOOL_PATH: ClassVar[str] = "answer__exam__school_id"

    answer = models.OneToOneField(Answer, on_delete=models.CASCADE, related_name="lease")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.answer_id} held by {self.reviewer_id}"
