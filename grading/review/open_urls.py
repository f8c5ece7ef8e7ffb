"""Addresses of marking open answers."""

from __future__ import annotations

from django.urls import path

from grading.review import open_item_views, open_marked_views, open_views

patterns = [
    path("exams/<int:exam_id>/open/", open_views.questions, name="open-list"),
    path("exams/<int:exam_id>/open/answer/<int:answer_id>/", open_item_views.item, name="open-item"),
    path("exams/<int:exam_id>/open/answer/<int:answer_id>/mark/", open_item_views.mark, name="open-mark"),
    path("exams/<int:exam_id>/open/answer/<int:answer_id>/skip/", open_item_views.skip, name="open-skip"),
    path("exams/<int:exam_id>/open/<str:question>/", open_views.overview, name="open-question"),
    path("exams/<int:exam_id>/open/<str:question>/next/", open_views.next_one, name="open-next"),
    path("exams/<int:exam_id>/open/<str:question>/more/", open_item_views.more, name="open-more"),
    path("exams/<int:exam_id>/open/<str:question>/hold/", open_item_views.hold, name="open-hold"),
    path("exams/<int:exam_id>/open/<str:question>/marked/", open_marked_views.marked, name="open-marked"),
    path("exams/<int:exam_id>/open/<str:question>/undo/", open_item_views.undo_last, name="open-undo"),
]
