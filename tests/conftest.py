"""What all tests share: Alice and Bob of one school, Charlie of another, and commands run as processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import settings as property_settings

from grading.accounts.access import actor_for
from grading.accounts.models import Membership, Role, School, User
from grading.core.actor import Actor
from tests import services

# A property is true or false, not slow or fast: a busy machine fails no test.
property_settings.register_profile("inkgrade", deadline=None)
property_settings.load_profile("inkgrade")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """A page that one test asks for in another language leaves no language behind for the next."""
    with translation.override("en"):
        yield


def member_of(email: str, name: str, school: School, role: Role) -> Membership:
    """A person with a password and a role in the school."""
    user = User.objects.create_user(email, password="correct horse", name=name)
    return Membership.objects.create(user=user, school=school, role=role)


def client_of(membership: Membership) -> Client:
    """A browser in which the member is logged in."""
    client = Client()
    client.force_login(membership.user)
    return client


@pytest.fixture
def school(db: None) -> School:
    return School.objects.create(name="School A")


@pytest.fixture
def other_school(db: None) -> School:
    return School.objects.create(name="School B")


@pytest.fixture
def olga(school: School) -> Membership:
    """The owner of school A."""
    return member_of("olga@example.org", "Olga", school, Role.OWNER)


@pytest.fixture
def alice(school: School) -> Membership:
    """A teacher of school A."""
    return member_of("alice@example.org", "Alice", school, Role.TEACHER)


@pytest.fixture
def bob(school: School) -> Membership:
    """A reviewer in school A."""
    return member_of("bob@example.org", "Bob", school, Role.REVIEWER)


@pytest.fixture
def charlie(other_school: School) -> Membership:
    """A teacher of school B, who must never see anything of school A."""
    return member_of("charlie@example.org", "Charlie", other_school, Role.TEACHER)


@pytest.fixture
def alice_actor(alice: Membership) -> Actor:
    return actor_for(alice)


@pytest.fixture
def bob_actor(bob: Membership) -> Actor:
    return actor_for(bob)


@pytest.fixture
def charlie_actor(charlie: Membership) -> Actor:
    return actor_for(charlie)


@pytest.fixture
def olga_client(olga: Membership) -> Client:
    return client_of(olga)


@pytest.fixture
def alice_client(alice: Membership) -> Client:
    return client_of(alice)


@pytest.fixture
def bob_client(bob: Membership) -> Client:
    return client_of(bob)


@pytest.fixture
def charlie_client(charlie: Membership) -> Client:
    return client_of(charlie)


Manage = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def manage(tmp_path: Path) -> Manage:
    """Runs `manage.py ARGS...` as a process with a home of its own; extra environment as keywords."""

    def run(*args: object, timeout: float = 300, **environment: str) -> subprocess.CompletedProcess[str]:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "grading.settings",
            "INKGRADE_HOME": str(tmp_path / "home"),
        }
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *map(str, args)],
            env=env | environment,
            check=False,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    return run


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """An empty PostgreSQL database of this test's own."""
    with services.new_postgres_database() as url:
        yield url


@pytest.fixture
def redis_url() -> str:
    """An empty Redis database of this test process's own."""
    return services.redis_url()
