"""What came in: files, their pages with the fate of each, and what the machine read on them."""

from __future__ import annotations

from typing import ClassVar
from zlib import crc32

from django.conf import settings
from django.db import models
from django.utils import timezone

from grading.exams.models import Exam, Sheet


class ScanFile(models.Model):
    """One file as it was handed in; a member of a ZIP is a file of its own with ``parent`` set."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SPLIT = "split", "taken in"
        REFUSED = "refused", "refused"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="files")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="members"
    )
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    file = models.FileField(upload_to="scans/%Y/%m/")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """A file that comes in piece by piece. ``offset`` bytes are here; ``file`` is set once all of it is.

    ``fingerprint`` is the sender's name for the file, so that the same file dropped again goes on.
    """

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="uploads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    fingerprint = models.CharField(max_length=64)
    file = models.OneToOneField(
        ScanFile, null=True, blank=True, on_delete=models.CASCADE, related_name="upload"
    )
    created_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "by", "fingerprint"],
                condition=models.Q(file__isnull=True),
                name="one_unfinished_upload_a_file",
            ),
            models.CheckConstraint(
                condition=models.Q(offset__gte=0, offset__lte=models.F("size")),
                name="an_upload_is_no_longer_than_its_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.offset} of {self.size}"


class UploadPart(models.Model):
    """One piece of an upload, an object of its own in the storage: written once, never appended to."""

    SCHOOL_PATH: ClassVar[str] = "upload__exam__school_id"

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    offset = models.BigIntegerField()
    content = models.FileField(upload_to="uploads/%Y/%m/")

    class Meta:
        ordering = ["offset"]
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="part_once_an_upload")]

    def __str__(self) -> str:
        return f"{self.upload_id} from {self.offset}"


class Page(models.Model):
    """One scanned page. It is never deleted by a re-scan: what becomes of it is its ``state``."""

    SCHOOL_PATH: ClassVar[str] = "exam__school_id"

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        USED = "used", "used"
        DUPLICATE = "duplicate", "duplicate"
        BLANK = "blank", "blank"
        FOREIGN = "foreign", "foreign"
        UNREADABLE = "unreadable", "unreadable"
        NEEDS_REVIEW = "needs-review", "needs review"

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="pages")
    file = models.ForeignKey(ScanFile, on_delete=models.CASCADE, related_name="pages")
    scan_page = models.PositiveIntegerField(help_text="counts from 1 within the file")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=500, blank=True)
    sheet = models.ForeignKey(Sheet, null=True, blank=True, on_delete=models.SET_NULL, related_name="pages")
    number = models.PositiveIntegerField(null=True, blank=True, help_text="page of the sheet, from its code")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        help_text="who typed the sheet number, where the code could not be read",
    )
    rotation = models.PositiveSmallIntegerField(default=0)
    quality = models.FloatField(null=True, blank=True, help_text="residual of the alignment in millimetres")
    fingerprint = models.TextField(blank=True)
    preview = models.FileField(upload_to="pages/", blank=True)
    thumbnail = models.FileField(upload_to="thumbnails/", blank=True)
    crops = models.FileField(upload_to="crops/", blank=True, help_text="ZIP of this page's crops")
    alignment = models.CharField(max_length=32, blank=True, help_text="version of the page pipeline")

    class Meta:
        ordering = ["file_id", "scan_page"]
        constraints = [
            models.UniqueConstraint(fields=["file", "scan_page"], name="scan_page_once_a_file"),
            models.UniqueConstraint(
                fields=["sheet", "number"],
                condition=models.Q(state="used"),
                name="one_used_page_a_sheet_page",
            ),
        ]
        indexes = [
            models.Index(fields=["exam", "state"]),
            models.Index(fields=["exam", "-file", "scan_page"], name="pages_as_they_came"),
            models.Index(fields=["exam", "state", "-file", "scan_page"], name="pages_of_state_as_they_came"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.scan_page}"

    @property
    def version(self) -> str:
        """Changes with the page's images, which may therefore be kept for good under their address."""
        return f"{crc32(f'{self.preview.name} {self.crops.name}'.encode()):08x}"


class ReadBox(models.Model):
    """What the machine made of one box.

    ``question`` is "" for the boxed student number. ``evidence`` holds what marking needs: alternatives,
    probabilities of cells or options, doubts (see ``grading.scans.readings``).
    """

    question = models.CharField(max_length=24, blank=True)
    kind = models.CharField(max_length=12)
    text = models.CharField(max_length=500, blank=True)
    confidence = models.FloatField()
    blank = models.BooleanField(default=False)
    expected = models.JSONField(default=list, help_text="spellings that were verified against")
    evidence = models.JSONField()
    model = models.CharField(max_length=64)

    class Meta:
        abstract = True


class Reading(ReadBox):
    """A reading that counts. Immutable: a newer model or key adds a row, the latest counts."""

    SCHOOL_PATH: ClassVar[str] = "page__exam__school_id"

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="readings")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["page", "question"])]

    def __str__(self) -> str:
        return f"{self.page_id}/{self.question}: {self.text}"
