"""Addresses of login, logout and the choice of school."""

from __future__ import annotations

from django.urls import path

from grading.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("school/", views.choose_school, name="choose-school"),
]
