"""Addresses of taking scans in and looking at their pages."""

from __future__ import annotations

from django.urls import path

from grading.scans import views, views_images, views_page, views_upload, views_work

app_name = "scans"
urlpatterns = [
    path("exams/<int:exam_id>/scan/", views.scan, name="scan"),
    path("exams/<int:exam_id>/scan/upload/", views.upload, name="upload"),
    path("exams/<int:exam_id>/scan/pages/", views.pages, name="pages"),
    path("exams/<int:exam_id>/scan/uploads/", views_upload.begin, name="upload-begin"),
    path("exams/<int:exam_id>/scan/uploads/<int:upload_id>/", views_upload.part, name="upload-part"),
    path(
        "exams/<int:exam_id>/scan/uploads/<int:upload_id>/finish/", views_upload.finish, name="upload-finish"
    ),
    path("exams/<int:exam_id>/scan/work/", views_work.work, name="work"),
    path("exams/<int:exam_id>/scan/work/retry/", views_work.retry, name="retry"),
    path("exams/<int:exam_id>/pages/<int:page_id>/", views_page.page, name="page"),
    path("exams/<int:exam_id>/pages/<int:page_id>/code/", views_page.give_code, name="give-code"),
    path("exams/<int:exam_id>/pages/<int:page_id>/drop/", views_page.drop, name="drop"),
    path("exams/<int:exam_id>/pages/<int:page_id>/replace/", views_page.replace, name="replace"),
    path("exams/<int:exam_id>/pages/<int:page_id>/own-sheet/", views_page.own_sheet, name="own-sheet"),
    path("exams/<int:exam_id>/sheets/<int:sheet_id>/aside/", views_page.aside, name="aside"),
    path("exams/<int:exam_id>/sheets/<int:sheet_id>/count/", views_page.count, name="count"),
    path("exams/<int:exam_id>/pages/<int:page_id>/rescan/", views_page.rescan, name="rescan"),
    path("exams/<int:exam_id>/pages/<int:page_id>/thumbnail", views_images.thumbnail, name="thumbnail"),
    path("exams/<int:exam_id>/pages/<int:page_id>/image", views_images.image, name="image"),
    path("exams/<int:exam_id>/pages/<int:page_id>/crop", views_images.crop, name="crop"),
]
