"""What a person changes about themselves."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grading.accounts.models import User
from grading.accounts.person_log import record_of_person
from grading.core.errors import UserError


@transaction.atomic
def change_person(*, user: User, name: str, email: str) -> User:
    """Another name or address; allauth's own note of the address follows.

    Raises UserError, and leaves the person as they were, when the address was taken in the meantime.
    """
    before = user.email
    user.name, user.email = name, email
    try:
        with transaction.atomic():
            user.save(update_fields=["name", "email"])
    except IntegrityError:
        user.refresh_from_db()
        raise UserError(_("There is another account with this address.")) from None
    if email != before:
        EmailAddress.objects.filter(user=user).delete()
        record_of_person("person.address_changed", user=user, data={"before": before, "email": email})
    return user
