"""The second factor: its secrets are encrypted in the database, its switches are in the log."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.dispatch import receiver
from django.utils.crypto import salted_hmac

from grading.accounts.models import User
from grading.accounts.person_log import record_of_person

_VERBS = {Authenticator.Type.TOTP: "second_factor", Authenticator.Type.RECOVERY_CODES: "recovery_codes"}


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps TOTP and recovery secrets encrypted by the service's key: a copy of the database has none."""

    def encrypt(self, text: str) -> str:
        """Readable with SECRET_KEY only."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again; a random one, which no code fits, when the service's key is another by now."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return str(generate_totp_secret())


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(secret: str | bytes) -> bytes:
    digest = salted_hmac("grading.accounts.second_factor", "key", secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest)


@receiver(signals.authenticator_added)
def _turned_on(user: User, authenticator: Authenticator, **_: Any) -> None:
    record_of_person(f"{_VERBS[authenticator.type]}.on", user=user)


@receiver(signals.authenticator_removed)
def _turned_off(user: User, authenticator: Authenticator, **_: Any) -> None:
    record_of_person(f"{_VERBS[authenticator.type]}.off", user=user)


@receiver(signals.authenticator_reset)
def _renewed(user: User, authenticator: Authenticator, **_: Any) -> None:
    record_of_person(f"{_VERBS[authenticator.type]}.renewed", user=user)


@receiver([password_changed, password_reset, password_set])
def _new_password(user: User, **_: Any) -> None:
    record_of_person("password.changed", user=user)
