"""Addresses of results, reports and release."""

from __future__ import annotations

from django.urls import path

from grading.reports import gradebook_views, views, views_files, views_questions, views_release

app_name = "reports"
urlpatterns = [
    path("exams/<int:exam_id>/results/", views.results, name="results"),
    path("exams/<int:exam_id>/results/questions/", views_questions.questions, name="questions"),
    path(
        "exams/<int:exam_id>/results/questions/<slug:question_id>/", views_questions.question, name="question"
    ),
    path("exams/<int:exam_id>/results/sheets/<int:sheet_id>/", views.sheet, name="sheet"),
    path(
        "exams/<int:exam_id>/results/sheets/<int:sheet_id>/report.pdf",
        views_files.student_pdf,
        name="student-pdf",
    ),
    path("exams/<int:exam_id>/results/class.pdf", views_files.class_pdf, name="class-pdf"),
    path("exams/<int:exam_id>/results/reports/", views_files.archive, name="archive"),
    path("exams/<int:exam_id>/results/reports/make/", views_files.archive_make, name="archive-make"),
    path("exams/<int:exam_id>/results/reports/students.zip", views_files.archive_file, name="archive-file"),
    path(
        "exams/<int:exam_id>/results/reports/changed.zip",
        views_files.archive_file,
        {"changed": True},
        name="archive-changed",
    ),
    path("exams/<int:exam_id>/results/<slug:name>.csv", views_files.csv_file, name="csv"),
    path("exams/<int:exam_id>/results/gradebook/", gradebook_views.gradebook, name="gradebook"),
    path(
        "exams/<int:exam_id>/results/gradebook/file/", gradebook_views.gradebook_file, name="gradebook-file"
    ),
    path("exams/<int:exam_id>/release/", views_release.release, name="release"),
    path("exams/<int:exam_id>/release/do/", views_release.change, name="release-change"),
    path("exams/<int:exam_id>/release/absent/", views_release.absent, name="absent"),
]
