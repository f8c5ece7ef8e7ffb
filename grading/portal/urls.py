"""Addresses of the list of exams, an exam's home, and the logs."""

from __future__ import annotations

from django.urls import path

from grading.portal import views, views_log, views_school_log

app_name = "portal"
urlpatterns = [
    path("", views.exams, name="exams"),
    path("school/log/", views_school_log.school_log, name="school-log"),
    path("exams/<int:exam_id>/", views.exam, name="exam"),
    path("exams/<int:exam_id>/log/", views_log.log, name="log"),
    path("exams/<int:exam_id>/log/log.csv", views_log.log_csv, name="log-csv"),
]
