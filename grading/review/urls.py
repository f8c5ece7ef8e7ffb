"""Addresses of the review queue."""

from __future__ import annotations

from django.urls import path

from grading.review import views, views_check, views_item

app_name = "review"
urlpatterns = [
    path("exams/<int:exam_id>/review/", views.queue, name="queue"),
    path("exams/<int:exam_id>/review/next/", views.next_one, name="next"),
    path("exams/<int:exam_id>/check/next/", views_check.next_one, name="check-next"),
    path("exams/<int:exam_id>/check/<int:answer_id>/", views_check.check, name="check"),
    path("exams/<int:exam_id>/review/undo/", views.undo_last, name="undo"),
    path("exams/<int:exam_id>/review/<int:answer_id>/", views_item.item, name="item"),
    path("exams/<int:exam_id>/review/<int:answer_id>/decide/", views_item.decide, name="decide"),
    path("exams/<int:exam_id>/review/<int:answer_id>/skip/", views_item.skip, name="skip"),
    path("exams/<int:exam_id>/review/<int:answer_id>/hold/", views_item.keep, name="hold"),
]
