"""Addresses of criteria and of second marking."""

from __future__ import annotations

from django.urls import path

from grading.marking import rubric_views

patterns = [
    path("exams/<int:exam_id>/criteria/<str:question>/", rubric_views.rubric, name="rubric"),
    path("exams/<int:exam_id>/criteria/<str:question>/change/", rubric_views.change, name="rubric-change"),
    path("exams/<int:exam_id>/criteria/<str:question>/rules/", rubric_views.rules, name="rubric-rules"),
]
