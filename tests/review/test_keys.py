"""Every person's own keys: presets, changes, clashes, none."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from grading.core.actor import Actor
from grading.core.errors import UserError
from grading.review import keys
from grading.review.models import Keys
from tests.portal.conftest import Graded, graded

__all__ = ["graded"]
pytestmark = pytest.mark.django_db


def test_keys_are_remembered_for_one_person(bob_actor: Actor, alice_actor: Actor) -> None:
    keys.choose(actor=bob_actor, preset=Keys.Preset.LEFT, own={"wrong": "g", "right": "Space"})
    assert keys.keys_of(bob_actor).keys["wrong"] == "g"
    assert keys.keys_of(bob_actor).keys["right"] == "Space"
    assert keys.keys_of(alice_actor).keys["wrong"] == "Backspace"
    assert Keys.objects.get().own == {"wrong": "g"}


def test_one_key_cannot_do_two_things(bob_actor: Actor) -> None:
    with pytest.raises(UserError, match="would do two things"):
        keys.choose(actor=bob_actor, preset=Keys.Preset.USUAL, own={"flag": "U"})
    assert not Keys.objects.exists()


@pytest.mark.parametrize("key", ["5", "Escape", "ab"])
def test_what_cannot_be_a_key_is_refused(key: str, bob_actor: Actor) -> None:
    with pytest.raises(UserError, match="cannot be a key here"):
        keys.choose(actor=bob_actor, preset=Keys.Preset.USUAL, own={"flag": key})


@pytest.mark.parametrize("preset", keys.PRESETS)
def test_no_preset_gives_one_key_two_meanings(preset: str) -> None:
    assert set(keys.PRESETS[preset]) == set(keys.SAYS)
    assert len(set(keys.PRESETS[preset].values())) == len(keys.SAYS)


def test_a_bench_without_keys_names_none(graded: Graded, bob_client: Client, bob_actor: Actor) -> None:
    keys.choose(actor=bob_actor, preset=Keys.Preset.OFF, own={})
    answer = graded.answer(0, "2")
    page = bob_client.get(reverse("review:item", args=[graded.exam.pk, answer.pk])).content.decode()
    assert "aria-keyshortcuts" not in page
    assert "data-digits" not in page


def test_the_page_of_keys_saves_and_refuses(graded: Graded, bob_client: Client) -> None:
    address = reverse("review:keys", args=[graded.exam.pk])
    refused = bob_client.post(address, {"preset": "usual", "flag": "u"})
    assert refused.status_code == 422
    assert "would do two things" in refused.content.decode()
    bob_client.post(address, {"preset": "usual", "flag": "x"})
    assert 'name="flag" value="x"' in bob_client.get(address).content.decode()
