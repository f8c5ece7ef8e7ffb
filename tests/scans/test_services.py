"""What people may do with scans, and what is refused."""

from __future__ import annotations

import io

import pytest
from django.utils import translation

from grading.accounts.models import School
from grading.core.actor import MACHINE, Actor
from grading.core.errors import UserError
from grading.core.models import AuditEvent, Job, Stage
from grading.core.retelling import retold
from grading.scans import services
from grading.scans.models import Page, ScanFile
from tests.classroom import page, sheet, small_exam


def test_an_empty_upload_is_refused_and_leaves_nothing(school: School) -> None:
    exam = small_exam(school)
    with pytest.raises(UserError, match="empty"):
        services.take_in(actor=MACHINE, exam=exam, name="a.pdf", content=io.BytesIO())
    assert not ScanFile.objects.exists()


def test_an_upload_over_the_limit_is_refused_and_leaves_nothing(school: School, settings) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    exam = small_exam(school)
    with pytest.raises(UserError, match="larger"):
        services.take_in(actor=MACHINE, exam=exam, name="a.pdf", content=io.BytesIO(b"x" * 11))
    assert not ScanFile.objects.exists()


def test_a_typed_code_sends_the_page_back_to_be_cut(school: School, alice_actor: Actor) -> None:
    exam = small_exam(school)
    lost = page(sheet(exam, 1), state=Page.State.UNREADABLE)
    Page.objects.filter(pk=lost.pk).update(sheet=None, number=None)
    services.give_code(actor=alice_actor, page=lost, sheet_number="0002", number=1)
    lost.refresh_from_db()
    assert (lost.state, lost.sheet, lost.number) == (Page.State.WAITING, sheet(exam, 2), 1)
    assert lost.given_by_id == alice_actor.user_id
    assert Job.objects.filter(stage=Stage.PAGE, subject_id=lost.pk, state="queued").exists()
    assert AuditEvent.objects.filter(verb="page.code_given", object_id=lost.pk).exists()


def test_a_sheet_that_was_never_printed_cannot_be_typed(school: School) -> None:
    exam = small_exam(school)
    lost = page(sheet(exam, 1), state=Page.State.UNREADABLE)
    with pytest.raises(UserError, match="no sheet 9999"):
        services.give_code(actor=MACHINE, page=lost, sheet_number="9999", number=1)


def test_a_page_in_use_cannot_be_dropped_by_a_stale_tab(school: School) -> None:
    exam = small_exam(school)
    used = page(sheet(exam, 1))
    with pytest.raises(UserError, match="meanwhile"):
        services.drop_page(actor=MACHINE, page=used, state=Page.State.BLANK, reason="")
    used.refresh_from_db()
    assert used.state == Page.State.USED


def test_choosing_the_other_page_keeps_the_first_as_a_duplicate(school: School) -> None:
    exam = small_exam(school)
    first = page(sheet(exam, 1))
    second = page(sheet(exam, 1), state=Page.State.NEEDS_REVIEW)
    services.replace_page(actor=MACHINE, page=second)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (Page.State.DUPLICATE, Page.State.USED)
    assert Job.objects.filter(stage=Stage.RECOGNIZE, subject_id=second.pk).exists()


def test_why_a_page_was_replaced_is_told_in_the_language_of_who_reads_it(
    school: School, alice_actor: Actor
) -> None:
    lost = page(sheet(small_exam(school), 1), state=Page.State.UNREADABLE)
    with translation.override("de"):
        services.replace_by_scan(actor=alice_actor, page=lost, name="new.pdf", content=io.BytesIO(b"%PDF-1"))
    lost.refresh_from_db()
    assert lost.reason == "replaced by the new scan new.pdf"
    with translation.override("fr"):
        assert retold(lost.reason) == "remplacée par le nouveau scan new.pdf"
