"""What a person chose about how the portal looks to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Appearance(models.Model):
    """Language and light or dark, kept with the account so that the next computer knows them too."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appearance", primary_key=True
    )
    language = models.CharField(max_length=10, blank=True)
    theme = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return f"{self.language or 'any language'}, {self.theme or 'any light'}"
