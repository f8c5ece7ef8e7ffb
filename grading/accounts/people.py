"""What a person changes about themselves."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from grading.accounts.models import User
from grading.accounts.person_log import record_of_person


@transaction.atomic
def change_person(*, user: User, name: str, email: str) -> User:
    """Another name or address; allauth's own note of the address follows."""
    before = user.email
    user.name, user.email = name, email
    user.save(update_fields=["name", "email"])
    if email != before:
        EmailAddress.objects.filter(user=user).delete()
        record_of_person("person.address_changed", user=user, data={"before": before, "email": email})
    return user
