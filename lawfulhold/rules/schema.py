"""The published JSON Schemas: of a case, of a decision, of a law file."""

from __future__ import annotations

from typing import Any

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `case`, `decision` or `law`, as plain data."""
    if name == "case":
        from lawfulhold.facts.case import Case

        return {"$schema": DRAFT, **Case.model_json_schema()}
    if name == "law":
        from lawfulhold.rules.law_file import LawFile

        return {"$schema": DRAFT, **LawFile.model_json_schema(by_alias=True)}
    return _decision()


def _decision() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    maybe: dict[str, Any] = {"type": ["string", "null"]}
    answer = {"enum": ["required", "permitted", "prohibited", "undetermined", "unsettled"]}
    provision = {
        "type": "object",
        "required": ["id", "effect", "cite"],
        "properties": {
            "id": text,
            "jurisdiction": text,
            "question": text,
            "effect": text,
            "says": text,
            "cite": text,
            "from": text,
            "to": maybe,
            "when": maybe,
            "unless": maybe,
            "read": text,
            "confidence": text,
            "verified": {"type": "boolean"},
            "source": maybe,
            "quote": maybe,
        },
    }
    one = {
        "type": "object",
        "required": ["answer", "because", "provisions", "facts", "missing", "changes"],
        "properties": {
            "answer": answer,
            "because": {
                "type": ["string", "null"],
                "description": "silent, disputed, contradiction, unverified, facts or date",
            },
            "provisions": {"type": "array", "items": provision},
            "facts": {"type": "object", "additionalProperties": {"type": "object", "required": ["value", "source"]}},
            "missing": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["fact", "ask", "answers"],
                    "properties": {
                        "fact": text,
                        "ask": text,
                        "answers": {"type": "object", "additionalProperties": answer},
                    },
                },
            },
            "possible": {"type": "array", "items": answer},
            "examples": {"type": "array", "items": {"type": "object", "required": ["answer", "facts", "words"]}},
            "changes": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["from", "to", "answer", "provisions"],
                    "properties": {
                        "from": text,
                        "to": text,
                        "answer": answer,
                        "because": maybe,
                        "provisions": {"type": "array", "items": text},
                    },
                },
            },
        },
    }
    listed = {"type": "array", "items": {"type": "object"}}
    return {
        "$schema": DRAFT,
        "title": "Decision",
        "type": "object",
        "required": [
            "case",
            "jurisdiction",
            "agency",
            "date",
            "law_version",
            "answers",
            "duties",
            "clocks",
            "at_release",
        ],
        "properties": {
            "case": maybe,
            "title": maybe,
            "jurisdiction": text,
            "agency": text,
            "date": {"anyOf": [text, {"type": "object", "required": ["from", "to"]}]},
            "law_version": {"type": "string", "description": "content hash of the law files used"},
            "answers": {"type": "object", "additionalProperties": one},
            "duties": listed,
            "clocks": listed,
            "at_release": {
                "type": "object",
                "required": ["action", "says"],
                "properties": {"action": {"enum": ["release", "hold"]}, "says": text},
            },
            "claims": listed,
            "binding": {"type": "object"},
            "information": listed,
            "differences": listed,
            "events": listed,
        },
    }
