"""Addresses of the list of exams, an exam's home and its log."""

from __future__ import annotations

from django.urls import path

from grading.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.exams, name="exams"),
    path("exams/<int:exam_id>/", views.exam, name="exam"),
    path("exams/<int:exam_id>/log/", views.log, name="log"),
]
