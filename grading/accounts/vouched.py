"""Accounts that anybody may have made with an address for which the single sign-on server vouches now.

Sign-up asks for no proof of an address. So somebody could make an account with another person's address
and wait until that person comes by single sign-on: from then on both would share it.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from grading.accounts.models import User
from grading.accounts.person_log import record_of_person


@transaction.atomic
def shut_out_others(*, user: User) -> None:
    """End whatever let into an account whose address nobody proved: password, sessions, other log-ins.

    A second factor stays; the operator or an owner can reset it.
    """
    addresses = EmailAddress.objects.filter(user=user)
    if addresses.filter(email__iexact=user.email, verified=True).exists():
        return
    addresses.delete()
    SocialAccount.objects.filter(user=user).delete()
    user.set_unusable_password()  # also another one than before: it ends every session and every link
    user.save(update_fields=["password"])
    record_of_person("person.vouched_for", user=user)
