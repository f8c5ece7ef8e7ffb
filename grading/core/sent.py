"""What a browser sends, made harmless before it comes to the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

LONGEST = 18
"""Digits of a number that every database can compare a key with."""


def whole_number(text: str) -> int | None:
    """The number that was sent as digits; None for anything else, and for one that is no key of anything."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST else None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """The numbers among what was sent."""
    return [number for text in texts if (number := whole_number(text)) is not None]


def without_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: an address with a NUL in it is nobody's, and PostgreSQL would fail on it."""

    def answer(request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
            return HttpResponseBadRequest("This address holds a NUL character.", content_type="text/plain")
        return get_response(request)

    return answer
