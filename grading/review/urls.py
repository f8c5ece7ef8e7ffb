"""Addresses of the review."""

from __future__ import annotations

from django.urls import path

from grading.review import (
    open_urls,
    views,
    views_check,
    views_group,
    views_item,
    views_keys,
    views_page,
    views_progress,
    views_reviewers,
    views_sheet,
)

app_name = "review"
urlpatterns = [
    path("exams/<int:exam_id>/review/", views.queue, name="queue"),
    path("exams/<int:exam_id>/review/next/", views.next_one, name="next"),
    path("exams/<int:exam_id>/review/undo/", views.undo_last, name="undo"),
    path("exams/<int:exam_id>/review/hold/", views.hold, name="hold"),
    path("exams/<int:exam_id>/review/more/", views_item.more, name="more"),
    path("exams/<int:exam_id>/review/reviewers/", views_reviewers.reviewers, name="reviewers"),
    path("exams/<int:exam_id>/review/questions/", views_progress.progress, name="progress"),
    path("exams/<int:exam_id>/review/assign/", views_progress.assign, name="assign"),
    path("exams/<int:exam_id>/review/keys/", views_keys.choose, name="keys"),
    path("exams/<int:exam_id>/review/group/<int:number>/", views_group.group, name="group"),
    path("exams/<int:exam_id>/review/group/<int:number>/decide/", views_group.decide, name="group-decide"),
    path("exams/<int:exam_id>/review/group/<int:number>/skip/", views_group.skip, name="group-skip"),
    path("exams/<int:exam_id>/review/sheet/next/", views_sheet.next_one, name="sheet-next"),
    path("exams/<int:exam_id>/review/sheet/<int:sheet_id>/", views_sheet.sheet, name="sheet"),
    path("exams/<int:exam_id>/review/page/next/", views_page.next_one, name="page-next"),
    path("exams/<int:exam_id>/review/page/<int:page_id>/", views_page.page, name="page"),
    path("exams/<int:exam_id>/review/<int:answer_id>/", views_item.item, name="item"),
    path("exams/<int:exam_id>/review/<int:answer_id>/decide/", views_item.decide, name="decide"),
    path("exams/<int:exam_id>/review/<int:answer_id>/skip/", views_item.skip, name="skip"),
    path("exams/<int:exam_id>/review/<int:answer_id>/flag/", views_item.flag, name="flag"),
    path("exams/<int:exam_id>/review/<int:answer_id>/page/", views_item.whole_page, name="whole-page"),
    path("exams/<int:exam_id>/check/next/", views_check.next_one, name="check-next"),
    path("exams/<int:exam_id>/check/<int:answer_id>/", views_check.check, name="check"),
    *open_urls.patterns,
]
