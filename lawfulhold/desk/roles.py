"""Roles, and what each may do. The table is the whole of it."""

from __future__ import annotations

CLERK, SUPERVISOR, COUNSEL, AUDITOR, ADMINISTRATOR, OUTSIDE = (
    "clerk",
    "supervisor",
    "counsel",
    "auditor",
    "administrator",
    "outside",
)
ROLES = {
    CLERK: "Records clerk or release officer",
    SUPERVISOR: "Supervisor (watch commander)",
    COUNSEL: "Counsel",
    AUDITOR: "Auditor (reads everything, changes nothing)",
    ADMINISTRATOR: "Administrator (accounts, keys, backup; no cases)",
    OUTSIDE: "Account of an outside agency (sees what a decision allows, nothing else)",
}

_DESK = frozenset({CLERK, SUPERVISOR})
ACTIONS: dict[str, frozenset[str]] = {
    "read": frozenset({CLERK, SUPERVISOR, COUNSEL, AUDITOR}),
    "read audit": frozenset({SUPERVISOR, COUNSEL, AUDITOR, ADMINISTRATOR}),
    "intake": _DESK,
    "match": _DESK,
    "state facts": _DESK | {COUNSEL},
    "claim": _DESK | {COUNSEL},
    "answer claim": frozenset({SUPERVISOR, COUNSEL}),
    "decide": _DESK | {COUNSEL},
    "hold": frozenset({SUPERVISOR}),
    "release": _DESK,
    "correct release": frozenset({SUPERVISOR}),
    "contact": _DESK | {COUNSEL},
    "serve": _DESK,
    "transfer": frozenset({SUPERVISOR}),
    "take custody": _DESK,
    "subpoena": _DESK | {COUNSEL},
    "answer subpoena": frozenset({COUNSEL}),
    "ask counsel": _DESK,
    "give opinion": frozenset({COUNSEL}),
    "adopt law": frozenset({COUNSEL}),
    "settings": frozenset({COUNSEL, ADMINISTRATOR}),
    "accounts": frozenset({ADMINISTRATOR}),
    "retention": frozenset({ADMINISTRATOR}),
    "export": frozenset({SUPERVISOR, COUNSEL, AUDITOR}),
    "report": frozenset({SUPERVISOR, COUNSEL, AUDITOR, ADMINISTRATOR}),
}
PROGRAMS = "program"
"""A jail management system at the API: its token's scopes say what it may do; in the desk it acts as a clerk."""


def may(role: str, action: str) -> bool:
    """May this role do this? An action that the table does not name is an error in the code."""
    allowed = ACTIONS[action]
    if role == PROGRAMS:
        return CLERK in allowed
    if role == "worker":
        return True
    return role in allowed
