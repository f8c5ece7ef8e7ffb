"""The gate: the only way from a request to an object.

Every model that belongs to a school says how to get there: `SCHOOL_PATH = "exam__school_id"`. What belongs
to another school does not exist (404); what the role does not allow is refused (403). Where that way passes
something that belongs to a course, reviewers who are in courses see what is in these, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured, PermissionDenied
from django.db.models import Exists, Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from grading.accounts.models import Course, Membership, Role, User
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


def person(request: HttpRequest) -> User:
    """Who is logged in. Raises PermissionDenied for nobody."""
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied("Log in first.")
    return user


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
    """The part of `queryset` that belongs to the actor's school, and to a reviewer's courses."""
    path = getattr(queryset.model, "SCHOOL_PATH", None)
    if path is None:
        raise ImproperlyConfigured(
            f"{queryset.model.__name__} does not say its SCHOOL_PATH, so nobody may see it."
        )
    if actor.school_id is None:
        return queryset.none()
    found = queryset.filter(**{path: actor.school_id})
    course_path = _course_path(queryset.model, path)
    if actor.role != Role.REVIEWER or course_path is None:
        return found
    own = Course.objects.filter(
        school_id=actor.school_id,
        members__user__in=[actor.user_id],
        members__school_id=actor.school_id,
    )
    return found.filter(~Exists(own) | Q(**{f"{course_path}__in": own.values("pk")}))


@cache
def _course_path(model: type[Model], school_path: str) -> str | None:
    """The way to the course beside the way to the school, if what owns the school's key has a course."""
    way, _, _key = school_path.rpartition("__")
    owner = model
    for step in filter(None, way.split("__")):
        owner = cast("type[Model]", owner._meta.get_field(step).related_model)
    try:
        owner._meta.get_field("course")
    except FieldDoesNotExist:
        return None
    return f"{way}__course" if way else "course"


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
