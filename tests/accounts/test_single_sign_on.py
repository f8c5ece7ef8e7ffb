"""Single sign-on: nothing of it without a server, and what becomes of people who come by it."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from grading import locations
from grading.accounts.models import Membership, Role

pytestmark = pytest.mark.django_db

SERVER = "https://id.example.org"
CONFIG = {
    "issuer": SERVER,
    "authorization_endpoint": f"{SERVER}/authorize",
    "token_endpoint": f"{SERVER}/token",
    "userinfo_endpoint": f"{SERVER}/userinfo",
    "jwks_uri": f"{SERVER}/keys",
}


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """An OpenID Connect server that vouches for whatever this dictionary says."""
    person = {"sub": "77", "name": "Nina N.", "email": "nina@example.org", "email_verified": True}
    settings.SOCIALACCOUNT_PROVIDERS = locations.sign_on_provider(
        url=SERVER, client_id="inkgrade", secret="s", name="School login"
    )
    adapter = OpenIDConnectOAuth2Adapter
    monkeypatch.setattr(adapter, "openid_config", CONFIG)
    monkeypatch.setattr(adapter, "_fetch_user_info", lambda self, token: person)
    monkeypatch.setattr(
        adapter, "get_access_token_data", lambda self, *_, **__: {"access_token": "t"}, raising=True
    )
    return person


def come_back(client: Client) -> Any:
    """To the server and back, as the browser goes."""
    there = client.get("/sign-on/oidc/school/login/")
    assert there["Location"].startswith(f"{SERVER}/authorize?")
    state = there["Location"].split("state=")[1].split("&")[0]
    return client.get(f"/sign-on/oidc/school/login/callback/?code=c&state={state}")


def test_without_a_server_nothing_is_shown_and_nothing_answers(client: Client) -> None:
    assert b"/sign-on/" not in client.get("/login/").content
    assert client.get("/sign-on/oidc/school/login/").status_code == 404


def test_the_log_in_page_offers_the_server(client: Client, server: dict[str, Any]) -> None:
    assert b"School login" in client.get("/login/").content


def test_a_new_person_says_the_rest_and_is_in(client: Client, server: dict[str, Any]) -> None:
    assert come_back(client)["Location"] == "/sign-on/signup/"
    assert b"Nina N." in client.get("/sign-on/signup/").content
    client.post("/sign-on/signup/", {"name": "Nina", "email": "nina@example.org", "school": "North"})
    member = Membership.objects.get()
    assert (member.user.email, member.role, member.school.name) == ("nina@example.org", Role.OWNER, "North")
    assert not member.user.has_usable_password()


def test_who_has_an_account_with_the_vouched_address_is_in_at_once(
    client: Client, alice: Membership, server: dict[str, Any]
) -> None:
    server["email"] = "alice@example.org"
    assert come_back(client)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(alice.user_id)
    assert SocialAccount.objects.get().user == alice.user


def test_an_address_that_the_server_does_not_vouch_for_opens_no_account(
    client: Client, alice: Membership, server: dict[str, Any]
) -> None:
    server |= {"email": "alice@example.org", "email_verified": False}
    come_back(client)
    assert "_auth_user_id" not in client.session


def test_a_server_without_a_client_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="INKGRADE_OIDC_CLIENT_ID must be set"):
        locations.sign_on_provider(url=SERVER, client_id="", secret="", name="")
