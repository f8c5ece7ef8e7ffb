"""How django-allauth is used here: who may sign up, what locks a login, where single sign-on leads."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.http import HttpRequest

from grading.accounts.invitations import remembered
from grading.accounts.models import User
from grading.accounts.person_log import record_of_person
from grading.accounts.vouched import shut_out_others
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

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The account whose login is a vouched address; addresses that an account only names do not count."""
        for email in _vouched(sociallogin):
            user = User.objects.filter(email__iexact=email).first()
            if user is not None:
                return user, email
        return None

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """One account, one address: what was typed beside a vouched address claims nothing."""
        user: User = super().save_user(request, sociallogin, form)
        EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Who is known by a vouched address alone gets the account to themselves."""
        found_by_address = sociallogin.is_existing and sociallogin.account.pk is None
        if found_by_address and sociallogin.state.get("process") != AuthProcess.CONNECT:
            shut_out_others(user=sociallogin.user)

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


def _vouched(sociallogin: SocialLogin) -> list[str]:
    return [address.email for address in sociallogin.email_addresses if address.verified]
