"""Addresses of setting up and printing an exam."""

from __future__ import annotations

from django.urls import path

from grading.exams import views_file, views_form, views_print, views_roster

app_name = "exams"
urlpatterns = [
    path("exams/new/", views_form.new_by_form, name="new-form"),
    path("exams/new/file/", views_file.new_by_file, name="new-file"),
    path("exams/<int:exam_id>/questions/", views_form.change_by_form, name="change-form"),
    path("exams/<int:exam_id>/file/", views_file.change_by_file, name="change-file"),
    path("exams/<int:exam_id>/exam.yaml", views_file.download_file, name="download"),
    path("exams/<int:exam_id>/roster/", views_roster.roster, name="roster"),
    path("exams/<int:exam_id>/roster/change/", views_roster.change_roster, name="change-roster"),
    path("exams/<int:exam_id>/print/", views_print.prints, name="print"),
    path("exams/<int:exam_id>/print/new/", views_print.new_print, name="print-new"),
    path("exams/<int:exam_id>/print/preview.pdf", views_print.preview, name="preview"),
    path("exams/<int:exam_id>/print/<int:run_id>/sheets.pdf", views_print.sheets_pdf, name="print-pdf"),
    path("exams/<int:exam_id>/print/<int:run_id>/layout.json", views_print.layout_json, name="print-layout"),
]
