"""Addresses of schools and their people; those of log-in are in `urls_login`."""

from __future__ import annotations

from django.urls import path

from grading.accounts import views, views_courses, views_invitations, views_members

app_name = "accounts"
urlpatterns = [
    path("you/", views.profile, name="profile"),
    path("school/", views.choose_school, name="choose-school"),
    path("school/members/", views_members.members, name="members"),
    path("school/members/<int:member_id>/role/", views_members.change_role, name="member-role"),
    path("school/members/<int:member_id>/remove/", views_members.remove, name="member-remove"),
    path("school/members/<int:member_id>/password/", views_members.password_link, name="member-password"),
    path(
        "school/members/<int:member_id>/second-factor/",
        views_members.reset_second_factor,
        name="member-second-factor",
    ),
    path("school/invitations/", views_invitations.invite, name="invite"),
    path(
        "school/invitations/<int:invitation_id>/revoke/", views_invitations.revoke, name="invitation-revoke"
    ),
    path("invitations/<str:token>/", views_invitations.invitation, name="invitation"),
    path("school/courses/", views_courses.courses, name="courses"),
    path("school/courses/<int:course_id>/", views_courses.course, name="course"),
    path("school/courses/<int:course_id>/remove/", views_courses.remove, name="course-remove"),
]
