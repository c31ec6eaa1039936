"""Mingzhang 明账: reads, checks and composes final accounts and performance self-evaluations."""

from typing import TYPE_CHECKING, Any

from mingzhang.version import __version__

if TYPE_CHECKING:
    from mingzhang.api import Report, check, read, score

__all__ = ["Report", "__version__", "check", "read", "score"]


def __getattr__(name: str) -> Any:
    """Load the public functions on first use, so that importing the package costs nothing."""
    if name in {"Report", "check", "read", "score"}:
        from mingzhang import api

        return getattr(api, name)
    raise AttributeError(name)
