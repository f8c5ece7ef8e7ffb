"""Addresses of setting up and printing an exam."""

from __future__ import annotations

from django.urls import path

from grading.exams import views_file, views_form, views_print, views_roster, views_sharing, views_versions

app_name = "exams"
urlpatterns = [
    path("exams/new/", views_form.new_by_form, name="new-form"),
    path("exams/new/draft/", views_form.new_draft, name="new-draft"),
    path("exams/new/file/", views_file.new_by_file, name="new-file"),
    path("exams/<int:exam_id>/questions/", views_form.change_by_form, name="change-form"),
    path("exams/<int:exam_id>/questions/draft/", views_form.draft, name="draft"),
    path("exams/<int:exam_id>/file/", views_file.change_by_file, name="change-file"),
    path("exams/<int:exam_id>/exam.yaml", views_file.download_file, name="download"),
    path("exams/<int:exam_id>/copy/", views_versions.copy, name="copy"),
    path("exams/<int:exam_id>/versions/", views_versions.versions, name="versions"),
    path("exams/<int:exam_id>/versions/<int:number>/exam.yaml", views_versions.version_file, name="version"),
    path("exams/<int:exam_id>/versions/<int:number>/restore/", views_versions.restore, name="restore"),
    path("exams/<int:exam_id>/sharing/", views_sharing.sharing, name="sharing"),
    path("exams/<int:exam_id>/roster/", views_roster.roster, name="roster"),
    path("exams/<int:exam_id>/roster/change/", views_roster.change_roster, name="change-roster"),
    path("exams/<int:exam_id>/print/", views_print.prints, name="print"),
    path("exams/<int:exam_id>/print/new/", views_print.new_print, name="print-new"),
    path("exams/<int:exam_id>/print/scanner-test.pdf", views_print.scanner_test, name="scanner-test"),
    path("exams/<int:exam_id>/print/<int:run_id>/withdraw/", views_print.withdraw, name="withdraw"),
    path("exams/<int:exam_id>/print/preview.pdf", views_print.preview, name="preview"),
    path("exams/<int:exam_id>/print/<int:run_id>/sheets.pdf", views_print.sheets_pdf, name="print-pdf"),
    path("exams/<int:exam_id>/print/<int:run_id>/layout.json", views_print.layout_json, name="print-layout"),
]
