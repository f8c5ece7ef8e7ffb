"""Who holds what: an answer, a sheet or a page is lent to one person at a time, and comes back by itself.

A lease is taken by compare-and-set on its row, so that of two who ask at the same moment one gets the item.
It keeps people from doing the same work twice; what keeps a decision from being overwritten is the version
that every decision carries (``grading.marking.acting``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TypeVar

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.accounts.models import User
from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.review.models import Lease

HOLD = timedelta(minutes=2)
M = TypeVar("M", bound=Model)


def take(*, actor: Actor, item: Model) -> bool:
    """Lend this very item to ``actor``; False while another reviewer holds it."""
    return item.pk in take_all(actor=actor, items=[item])


def take_first(*, actor: Actor, items: Iterable[M]) -> M | None:
    """Lend the first of ``items`` that nobody else holds; None when all are held."""
    return next((item for item in items if take(actor=actor, item=item)), None)


def take_all(*, actor: Actor, items: Collection[Model]) -> set[int]:
    """Lend as many of ``items`` (all of one kind) as nobody else holds; the keys of those held now."""
    keys = {int(item.pk) for item in items}
    return take_keys(actor=actor, kind=_kind(next(iter(items))), keys=keys) if items else keys


def take_keys(*, actor: Actor, kind: str, keys: set[int]) -> set[int]:
    """The same by the keys of the items."""
    if not keys:
        return set()
    if actor.user_id is None:
        raise UserError(_("Only a person can hold a review item."))
    now = timezone.now()
    known = Lease.objects.filter(**{f"{kind}__in": keys})
    known.filter(Q(reviewer_id=actor.user_id) | Q(until__lte=now)).update(
        reviewer_id=actor.user_id, until=now + HOLD
    )
    missing = keys - set(known.values_list(kind, flat=True))
    # Another reviewer may be faster: then the database keeps their row, and ours is not among the held ones.
    Lease.objects.bulk_create(
        [Lease(**{f"{kind}_id": key, "reviewer_id": actor.user_id, "until": now + HOLD}) for key in missing],
        ignore_conflicts=True,
    )
    return set(known.filter(reviewer_id=actor.user_id).values_list(kind, flat=True))


def hold(*, actor: Actor, kind: str, keys: Iterable[int]) -> set[int]:
    """Renew the actor's leases (the heartbeat of an open tab); the keys of those lost to another reviewer."""
    wanted = set(keys)
    mine = Lease.objects.filter(**{f"{kind}__in": wanted}, reviewer_id=actor.user_id)
    # A lease that ran out unnoticed (a laptop asleep) is renewed too, as long as nobody took the item since.
    mine.update(until=timezone.now() + HOLD)
    return wanted - set(mine.values_list(kind, flat=True))


def held_by_others(*, actor: Actor, kind: str, keys: Iterable[int]) -> dict[int, User]:
    """Key -> who holds it, for those of ``keys`` that somebody else holds now."""
    others = Lease.objects.filter(**{f"{kind}__in": set(keys)}, until__gt=timezone.now())
    found = others.exclude(reviewer_id=actor.user_id).select_related("reviewer")
    return {getattr(lease, f"{kind}_id"): lease.reviewer for lease in found}


def give_back(*, actor: Actor, items: Iterable[Model]) -> None:
    """End the actor's leases; another reviewer's are left alone."""
    for kind, keys in _by_kind(items).items():
        Lease.objects.filter(**{f"{kind}__in": keys}, reviewer_id=actor.user_id).delete()


def holder(item: Model) -> User | None:
    """Who holds the item now."""
    held = Lease.objects.filter(**{_kind(item): item.pk}, until__gt=timezone.now())
    lease = held.select_related("reviewer").first()
    return lease.reviewer if lease else None


def _kind(item: Model) -> str:
    return str(item._meta.model_name)


def _by_kind(items: Iterable[Model]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for item in items:
        found.setdefault(_kind(item), []).append(int(item.pk))
    return found
