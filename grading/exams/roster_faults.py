"""A roster that cannot be used."""

from __future__ import annotations

from collections.abc import Sequence

from grading.core.errors import UserError

FAULTS_SHOWN = 10


class RosterError(UserError):
    """A roster that cannot be used; each fault names its line."""

    def __init__(self, message: str, hint: str = "", faults: Sequence[str] = ()) -> None:
        super().__init__(message, hint)
        self.faults = tuple(faults) or (message,)

    @classmethod
    def of(cls, faults: Sequence[str]) -> RosterError:
        """All faults as one error, the first ones in words."""
        shown = list(faults[:FAULTS_SHOWN])
        if len(faults) > FAULTS_SHOWN:
            shown.append(f"and {len(faults) - FAULTS_SHOWN} more faults")
        return cls("; ".join(shown), faults=shown)
