"""System checks say what is missing before anything fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from grading.core import checks


def test_a_home_that_cannot_be_written_is_an_error(settings: Settings, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    settings.INKGRADE_HOME = blocked / "home"
    (found,) = checks.home_is_writable()
    assert found.id == "inkgrade.E001"
    assert "INKGRADE_HOME" in (found.hint or "")


def test_a_home_that_can_be_made_is_fine(settings: Settings, tmp_path: Path) -> None:
    settings.INKGRADE_HOME = tmp_path / "not" / "yet"
    assert checks.home_is_writable() == []


def test_missing_weights_are_a_warning(settings: Settings, tmp_path: Path) -> None:
    settings.INKGRADE_WEIGHTS = tmp_path
    assert [found.id for found in checks.weights_are_present()] == ["inkgrade.W001"]
    (tmp_path / "reader.onnx").touch()
    assert checks.weights_are_present() == []


def test_missing_fonts_are_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert checks.fonts_are_present() == []
    monkeypatch.setattr(checks, "FONTS", tmp_path)
    assert [found.id for found in checks.fonts_are_present()] == ["inkgrade.E002"]
