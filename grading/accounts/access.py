"""The gate: the only way from a request to an object.

Every model that belongs to a school says how to get there: `SCHOOL_PATH = "exam__school_id"`. What belongs
to another school does not exist (404); what the role does not allow is refused (403).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from grading.accounts.models import Membership, Role, User
from grading.core.actor import Actor

M = TypeVar("M", bound=Model)
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

SESSION_SCHOOL = "school"
OWNERS = frozenset({Role.OWNER})
TEACHERS = OWNERS | {Role.TEACHER}
REVIEWERS = TEACHERS | {Role.REVIEWER}
READERS = TEACHERS | {Role.EXAMINER}
MEMBERS = REVIEWERS | READERS


def membership_of(request: HttpRequest) -> Membership | None:
    """The membership that the person acts under: of the school they chose, else their first one."""
    if not hasattr(request, "_membership"):
        request._membership = _find_membership(request)  # type: ignore[attr-defined]
    found: Membership | None = request._membership  # type: ignore[attr-defined]
    return found


def _find_membership(request: HttpRequest) -> Membership | None:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    memberships = list(user.memberships.select_related("school"))
    chosen = request.session.get(SESSION_SCHOOL)
    return next((item for item in memberships if item.school_id == chosen), next(iter(memberships), None))


def actor_for(membership: Membership) -> Actor:
    """The author that a member's changes are recorded under."""
    user = membership.user
    return Actor(user_id=user.pk, label=user.email, school_id=membership.school_id, role=membership.role)


def actor_of(request: HttpRequest) -> Actor:
    """The author of what this request does. Raises PermissionDenied for a person without a school."""
    membership = membership_of(request)
    if membership is None:
        raise PermissionDenied("You are not a member of any school; ask its owner to add you.")
    return actor_for(membership)


def visible(queryset: QuerySet[M], actor: Actor) -> QuerySet[M]:
    """The part of `queryset` that belongs to the actor's school."""
    path = getattr(queryset.model, "SCHOOL_PATH", None)
    if path is None:
        raise ImproperlyConfigured(
            f"{queryset.model.__name__} does not say its SCHOOL_PATH, so nobody may see it."
        )
    if actor.school_id is None:
        return queryset.none()
    return queryset.filter(**{path: actor.school_id})


def get_or_404(queryset: QuerySet[M], actor: Actor, **lookup: Any) -> M:
    """The one object of the actor's school that matches; Http404 for none, and for another school's."""
    found = visible(queryset, actor).filter(**lookup).first()
    if found is None:
        raise Http404(f"There is no such {queryset.model._meta.verbose_name}.")
    return found


def requires(roles: frozenset[Role]) -> Callable[[View[P]], View[P]]:
    """Let only members with one of the roles into a view: others get 403, strangers the login page."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if actor_of(request).role not in roles:
                raise PermissionDenied("Your role in this school does not allow this; ask its owner.")
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate
