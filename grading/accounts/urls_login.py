"""Addresses of log-in, sign-up, passwords and the second factor: django-allauth's views under our paths.

Only what has a page of ours is listed; the names are those by which allauth finds them.
"""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path, re_path

from grading.accounts import views_login

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", views_login.SignUp.as_view(), name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/again/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/forgotten/", views_login.Forgotten.as_view(), name="account_reset_password"),
    path("password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/new/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",  # the key has hyphens of its own
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("two-step/", include("allauth.mfa.urls")),
    path("sign-on/", include("allauth.socialaccount.urls")),
    path("sign-on/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
