"""Addresses of taking scans in and looking at their pages."""

from __future__ import annotations

from django.urls import path

from grading.scans import views, views_images, views_page

app_name = "scans"
urlpatterns = [
    path("exams/<int:exam_id>/scan/", views.scan, name="scan"),
    path("exams/<int:exam_id>/scan/upload/", views.upload, name="upload"),
    path("exams/<int:exam_id>/scan/pages/", views.pages, name="pages"),
    path("exams/<int:exam_id>/pages/<int:page_id>/", views_page.page, name="page"),
    path("exams/<int:exam_id>/pages/<int:page_id>/code/", views_page.give_code, name="give-code"),
    path("exams/<int:exam_id>/pages/<int:page_id>/drop/", views_page.drop, name="drop"),
    path("exams/<int:exam_id>/pages/<int:page_id>/replace/", views_page.replace, name="replace"),
    path("exams/<int:exam_id>/pages/<int:page_id>/image", views_images.image, name="image"),
    path("exams/<int:exam_id>/pages/<int:page_id>/crop", views_images.crop, name="crop"),
]
