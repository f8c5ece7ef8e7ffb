"""The scanner test page goes the way of every page, is no sheet, and says how good the scan is."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2
import pytest
from django.utils import translation

from grading.accounts.models import School
from grading.core.retelling import SENTENCES, retold
from grading.exams.examfile import parse_exam
from grading.exams.models import Exam, PrintRun
from grading.exams.printing import write_pdf
from grading.exams.prints import Prints
from grading.exams.scanner_test import TEST_RUN, ScanFacts, page_print, page_spec, verdict
from grading.scans import gateway
from grading.scans.models import Page
from grading.scans.paging import _found
from tests.classroom import EXAM, scan_file, small_exam


@pytest.mark.parametrize("paper", ["A4", "letter"])
@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_it_is_one_page_with_every_kind_of_box(paper: str, language: str) -> None:
    sheets = page_print(page_spec(paper, language))
    assert sheets.page_count == 1
    kinds = {box.kind for box in sheets.plan.pages[0].boxes}
    assert kinds == {"student_id", "digits", "number", "text", "choice", "manual"}


SCANS = [
    (ScanFacts(300, 0.1, 0.99), "300 dpi, good. Distortion: 0.10 mm, good. Contrast: the box lines show"),
    (ScanFacts(160, 0.1), "160 dpi will do"),
    (ScanFacts(100, 0.1), "100 dpi is too low; set the scanner to 300 dpi"),
    (ScanFacts(300, 0.5), "0.50 mm, still readable"),
    (ScanFacts(300, 1.4), "1.40 mm off; scan flat and print at 100 % size"),
    (ScanFacts(300, 0.1, 0.4), "the box lines hardly show"),
    (ScanFacts(300, 0.1, 0.9, 180), "turned by 180 degrees"),
]


@pytest.mark.parametrize(("facts", "words"), SCANS)
def test_the_verdict_says_what_to_change(facts: ScanFacts, words: str) -> None:
    assert words in verdict(facts)


@pytest.mark.parametrize(("facts", "words"), SCANS)
@pytest.mark.parametrize("reader", ["de", "fr"])
def test_the_verdict_is_told_in_the_readers_language_whatever_the_workers(
    facts: ScanFacts, words: str, reader: str
) -> None:
    with translation.override("fr" if reader == "de" else "de"):
        stored = verdict(facts)
    assert words in stored
    with translation.override(reader):
        told = retold(stored)
    english = {*SENTENCES.split(stored)}
    assert english.isdisjoint(SENTENCES.split(told)), told


@pytest.mark.django_db
def test_a_scanned_test_page_is_known_in_any_exam_and_is_no_sheet(school: School) -> None:
    exam = small_exam(school)
    pdf = io.BytesIO()
    write_pdf(page_print(parse_exam(EXAM)), pdf)
    image = pypdfium2.PdfDocument(pdf.getvalue())[0].render(scale=200 / 72, grayscale=True).to_numpy()
    turned = np.ascontiguousarray(np.rot90(image, 2))
    prints = Prints(Exam.objects.get(pk=exam.pk))
    facts = gateway.process(turned, prints.exam_key, prints.page_geometry, None, exam.code)
    assert (facts.fate, facts.run) == ("found", TEST_RUN)
    page = Page.objects.create(exam=exam, file=scan_file(exam), scan_page=1)
    _found(page, facts, prints.sheet(facts.run, facts.sheet))
    assert page.state == Page.State.FOREIGN
    assert "Resolution: 200 dpi, good. Distortion: 0.0" in page.reason
    assert "turned by 180 degrees" in page.reason
    assert PrintRun.objects.filter(exam=exam).count() == 1
