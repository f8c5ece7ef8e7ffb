"""How django-allauth is used here: who may sign up, what locks a login, where single sign-on leads."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.http import HttpRequest

from grading.accounts.invitations import remembered
from grading.accounts.models import User
from grading.accounts.person_log import record_of_person
from grading.core.actor import Actor
from grading.core.audit import record


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts by e-mail address and password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Always for the invited, for everybody unless the operator closed it."""
        return settings.SIGNUP_OPEN or remembered(request) is not None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the failure that locks the address, once; those before it are everyday slips."""
        key = self._get_login_attempts_cache_key(request, **credentials)
        if ratelimit.consume(request, action="login_failed", key=key, dry_run=True):
            return
        address = str(credentials.get("email", "")).lower()
        data = {"email": address, "from": self.get_client_ip(request)}
        user = User.objects.filter(email__iexact=address).first()
        if user is not None:
            record_of_person("login.locked", user=user, data=data)
        else:
            record("login.locked", actor=Actor(user_id=None, label=address[:254]), data=data)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Counted for address and place together: nobody can lock a colleague out from elsewhere."""
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{self.get_client_ip(request)}"


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Accounts of a school's OpenID Connect server."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Take over the name that the server knows."""
        user: User = super().populate_user(request, sociallogin, data)
        names = (data.get("first_name"), data.get("last_name"))
        user.name = (data.get("name") or " ".join(filter(None, names)))[:200]
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        """Offer that name in the form."""
        initial: dict[str, Any] = super().get_signup_form_initial_data(sociallogin)
        return initial | {"name": sociallogin.user.name}
