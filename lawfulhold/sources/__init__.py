"""What comes in on paper: reports read into cases, every fact pinned to its words.

`read_reports` reads press releases and news reports (text or HTML), `draft_cases` turns what was read into draft case files. Both are imported when
they are first used, so that the other commands stay quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lawfulhold.sources.draft import draft_cases
    from lawfulhold.sources.reports import read_reports

__all__ = ["draft_cases", "read_reports"]


def __getattr__(name: str) -> Any:
    if name == "read_reports":
        from lawfulhold.sources.reports import read_reports

        return read_reports
    if name == "draft_cases":
        from lawfulhold.sources.draft import draft_cases

        return draft_cases
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has: {', '.join(__all__)}")
