"""Words and signs for the templates: answers, facts, states, times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lawfulhold.desk.models import Detainer, PaperReading, Subpoena
from lawfulhold.desk.services import alerts

register = template.Library()

ANSWERS = {
    "required": ("Must", "■"),
    "permitted": ("May", "○"),
    "prohibited": ("Must not", "✕"),
    "undetermined": ("Depends on missing facts", "?"),
    "unsettled": ("Not settled: counsel", "§"),
    "": ("Not decided", "–"),
}
QUESTIONS = {
    "hold": "Hold past the release time",
    "notify": "Tell ICE of the release",
    "transfer": "Hand over to ICE",
    "interview": "Let ICE interview",
    "access": "Give ICE access to the jail",
    "share": "Give ICE information",
    "inquire": "Ask about immigration status",
    "agreement": "Enter or keep an agreement",
    "policy": "Keep a policy of its own",
    "stop": "Stop or arrest for immigration",
    "enforce": "Enforce immigration law",
}
NAVIGATION = (
    ("queue", "Queue", "read"),
    ("intake", "Intake", "read"),
    ("search", "Search", "read"),
    ("counsel", "Counsel", "read"),
    ("subpoenas", "Subpoenas", "read"),
    ("contacts", "ICE contacts", "read"),
    ("law", "Law", "read"),
    ("reports", "Reports", "report"),
    ("audit", "Audit", "read audit"),
)


@register.simple_tag
def answer(value: str, words: str = "") -> SafeString:
    """An answer of the law as a mark: word, sign and colour."""
    said, sign = ANSWERS.get(value, (value, ""))
    return format_html(
        '<span class="answer answer-{}" data-sign="{}">{}{}</span>',
        value or "none",
        sign,
        f"{words} " if words else "",
        said,
    )


@register.filter
def question(name: str) -> str:
    """A question in words."""
    return QUESTIONS.get(name, name.replace("-", " ").replace("_", " ").capitalize())


@register.filter
def answered(value: str) -> str:
    """An answer in words."""
    return ANSWERS.get(value, (value, ""))[0]


@register.filter
def plain(value: Any) -> str:
    """A value of a fact in words."""
    if value is True or value == "true":
        return "yes"
    if value is False or value == "false":
        return "no"
    if value is None:
        return "not known"
    if isinstance(value, list):
        return " or ".join(plain(item) for item in value)
    return str(value)


@register.filter
def moment(value: datetime | str | None) -> SafeString | str:
    """A moment in the agency's zone, with the zone: `Sun 2026-11-22 04:20 EST`."""
    if not value:
        return ""
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    if when.tzinfo is not None:
        when = timezone.localtime(when)
    return format_html(
        '<time class="number" datetime="{}">{}</time>',
        when.isoformat(timespec="minutes"),
        when.strftime("%a %Y-%m-%d %H:%M %Z").strip(),
    )


@register.filter
def away(value: datetime | None, now: datetime) -> str:
    """How far a moment is: `in 3 h 05 min`, `2 h ago`."""
    if value is None:
        return ""
    distance = value - now
    late, minutes = distance < timedelta(0), int(abs(distance).total_seconds() // 60)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    words = f"{days} d {hours} h" if days else f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
    return f"{words} ago" if late else f"in {words}"


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """An entry of a mapping."""
    return mapping.get(key, key)


@register.filter
def may(user: Any, action: str) -> bool:
    """May this person do this?"""
    return bool(user.is_authenticated and user.may(action))


@register.filter
def sees(user: Any, alert: Any) -> bool:
    """Does this alert wait for this person, to be marked as seen?"""
    return may(user, "decide") and alerts.is_for(user.role, alert)


@register.filter
def kind_of_widget(field: Any) -> str:
    """checkbox, radio, textarea, select, hidden or input."""
    widget = field.field.widget
    return str(getattr(widget, "input_type", "") or "textarea")


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The links of the head of every page, with how many things wait behind them."""
    request, user = context["request"], context["user"]
    links = []
    for name, words, action in NAVIGATION:
        if not user.may(action):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        here = request.path == url or (url != "/" and request.path.startswith(url))
        links.append({"url": url, "words": words, "here": here, "count": _waiting(name, user)})
    return links


def _waiting(name: str, user: Any) -> int:
    if name == "intake":
        papers = PaperReading.objects.filter(agency=user.agency, at_intake=True, state__in=PaperReading.OPEN)
        detainers = Detainer.objects.filter(agency=user.agency, state__in=("received", "second-look", "doubt"))
        return papers.count() + detainers.count()
    if name == "counsel" and user.role == "counsel":
        return alerts.unseen(user).count()
    if name == "subpoenas" and user.role == "counsel":
        return Subpoena.objects.filter(agency=user.agency).exclude(state="closed").count()
    return 0
