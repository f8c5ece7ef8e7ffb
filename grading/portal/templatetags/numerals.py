"""Numbers as people write them."""

from __future__ import annotations

from django import template

from grading.core.numerals import certainty, localized, percent

register = template.Library()
register.filter("plain", localized)
register.filter(percent)
register.filter(certainty)
