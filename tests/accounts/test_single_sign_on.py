"""Single sign-on: nothing of it without a server, and what becomes of people who come by it."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from grading import locations
from grading.accounts.models import Membership, Role, User
from grading.core.models import AuditEvent

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


def sign_up(client: Client, address: str) -> None:
    """As a stranger who knows the address, and gives a password of their own."""
    person = {"name": "Mallory", "email": address, "school": "M", "password1": "a very long walk"}
    assert client.post("/signup/", person)["Location"] == "/"


def test_an_account_that_a_stranger_made_with_my_address_is_mine_alone(
    client: Client, db: None, server: dict[str, Any]
) -> None:
    stranger = Client()
    sign_up(stranger, "nina@example.org")
    user = User.objects.get()
    link = new_password_link(user)
    assert stranger.get("/").status_code == 200
    assert come_back(client)["Location"] == "/"
    assert client.get("/").status_code == 200
    assert stranger.get("/").status_code == 302
    stranger.post("/login/", {"login": "nina@example.org", "password": "a very long walk"})
    assert "_auth_user_id" not in stranger.session
    assert b"no longer works" in Client().get(link, follow=True).content
    assert AuditEvent.objects.get(verb="person.vouched_for").actor_label == "nina@example.org"


def test_a_log_in_of_their_own_that_a_stranger_tied_to_my_address_ends(
    client: Client, db: None, server: dict[str, Any]
) -> None:
    mine, theirs = dict(server), {"sub": "666", "email": "mallory@example.org", "email_verified": False}
    stranger = Client()
    server |= theirs
    come_back(stranger)
    stranger.post("/sign-on/signup/", {"name": "M", "email": "nina@example.org", "school": "M"})
    assert User.objects.get().email == "nina@example.org"
    server |= mine
    assert come_back(client)["Location"] == "/"
    assert stranger.get("/").status_code == 302
    server |= theirs
    assert come_back(Client())["Location"] == "/sign-on/signup/"
    assert [account.uid for account in SocialAccount.objects.all()] == ["77"]


def test_an_address_typed_beside_a_vouched_one_claims_nothing(
    client: Client, db: None, server: dict[str, Any]
) -> None:
    mine, stranger = dict(server), Client()
    server |= {"sub": "666", "email": "mallory@example.org"}
    come_back(stranger)
    stranger.post("/sign-on/signup/", {"name": "M", "email": "nina@example.org", "school": "M"})
    assert "_auth_user_id" in stranger.session
    server |= mine
    assert come_back(client)["Location"] == "/sign-on/signup/"
    client.post("/sign-on/signup/", {"name": "Nina", "email": "nina@example.org", "school": "North"})
    assert set(User.objects.values_list("email", "name")) == {
        ("mallory@example.org", "M"),
        ("nina@example.org", "Nina"),
    }


def test_who_has_proved_the_address_here_keeps_the_password(
    client: Client, alice: Membership, server: dict[str, Any]
) -> None:
    server["email"] = "Alice@example.org"
    EmailAddress.objects.create(user=alice.user, email="alice@example.org", verified=True, primary=True)
    assert come_back(client)["Location"] == "/"
    alice.user.refresh_from_db()
    assert alice.user.check_password("correct horse")


def new_password_link(user: User) -> str:
    """What an owner hands over, or a mail says."""
    kept = {
        "uidb36": user_pk_to_url_str(user),
        "key": app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user),
    }
    return reverse("account_reset_password_from_key", kwargs=kept)


def test_a_server_without_a_client_stops_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="INKGRADE_OIDC_CLIENT_ID must be set"):
        locations.sign_on_provider(url=SERVER, client_id="", secret="", name="")
