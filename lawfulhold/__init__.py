"""Lawful Hold: what the law of a place, on a day, lets an agency do with an immigration detainer.

from lawfulhold import Case, Law, decide

decision = decide(Case(jurisdiction="US-CT", agency="state-corrections", date="2024-02-01"), Law())
decision.answers["hold"].answer
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Case", "Decision", "InputError", "Law", "__version__", "decide", "read_cases"]

_HOMES = {
    "Case": "lawfulhold.facts.case",
    "Decision": "lawfulhold.rules.decide",
    "InputError": "lawfulhold.errors",
    "Law": "lawfulhold.rules.law",
    "decide": "lawfulhold.rules.decide",
    "read_cases": "lawfulhold.facts.read",
}

if TYPE_CHECKING:
    from lawfulhold.errors import InputError
    from lawfulhold.facts.case import Case
    from lawfulhold.facts.read import read_cases
    from lawfulhold.rules.decide import Decision, decide
    from lawfulhold.rules.law import Law


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'lawfulhold' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
