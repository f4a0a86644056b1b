"""axe finds nothing, the keyboard is enough, the phone does not scroll sideways, the queue updates by itself, pages
stay small.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from lawfulhold.desk.services import counsel, holds, subpoenas

pytestmark = pytest.mark.django_db(transaction=True)
PLAIN = ("queue", "intake", "receive", "book", "search", "counsel", "subpoenas", "contacts", "law", "reports", "audit")


def busy(jail):
    """A case at work, another waiting for its facts, one detainer to be matched."""
    custody, _ = jail.decided()
    jail.due(custody, hours=5)
    other, _ = jail.matched(
        surname="Achterberg",
        given_names="Ilse",
        identifiers={"fbi": "55120AB7", "sid": "S77120"},
        birthplace="Philadelphia, PA",
    )
    waiting = jail.detainer(
        jail.book(surname="Ferro", given_names="Dario", identifiers={"fbi": "99120AB7", "sid": "S99120"})
    )
    return jail.fresh(custody), jail.fresh(other), waiting


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_any_screen(scheme, sit, texas):
    custody, other, waiting = busy(texas)
    sam = sit(texas, "sam", color_scheme=scheme)
    addresses = [reverse(name) for name in PLAIN] + [
        reverse("case", args=[custody.pk]),
        reverse("case", args=[other.pk]),
        reverse("door", args=[custody.pk]),
        reverse("detainer", args=[waiting.pk]),
        reverse("decision", args=[custody.pk, 1]),
        reverse("timeline", args=[custody.pk]),
        reverse("act", args=[custody.pk, "hold"]),
        reverse("act", args=[custody.pk, "send"]),
        reverse("act", args=[custody.pk, "warrant"]),
        reverse("subpoena-log"),
    ]
    found = {}
    for address in addresses:
        sam.page.goto(address)
        violations = sam.violations()
        if violations:
            found[address] = violations
    assert not found, "\n".join(f"{address}\n  " + "\n  ".join(said) for address, said in found.items())


def test_the_sign_in_page_has_no_violation_either(sit, texas):
    ana = sit(texas, "ana")
    ana.page.locator("header").get_by_role("button", name="Sign out").click()
    ana.page.goto(reverse("account_login"))
    ana.shot("sign-in")
    assert ana.violations() == []


def test_a_phone_shows_the_queue_and_the_case_without_scrolling_sideways(sit, texas):
    custody, _, waiting = busy(texas)
    ana = sit(texas, "ana", viewport={"width": 360, "height": 740})
    for name, arguments in (
        ("queue", ()),
        ("case", (custody.pk,)),
        ("door", (custody.pk,)),
        ("detainer", (waiting.pk,)),
        ("receive", ()),
    ):
        ana.open(name, *arguments)
        ana.shot(f"phone-{name}")
        wide = ana.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, (name, wide)


@pytest.mark.parametrize("width", [320, 360])
def test_a_phone_shows_counsels_pages_with_their_counts_without_scrolling_sideways(sit, texas, width):
    custody, _, _ = busy(texas)
    counsel.ask(texas.by("ana"), custody.pk, "May he be held on this paper?")
    paper = {"issuer": "ICE", "signed_by": "T. Marlow", "addressed_to": "Records", "served_how": "by hand", "served_on": "Ana Reyes", "asks": "booking file"}
    subpoenas.log(texas.by("ana"), type="administrative", served_at=texas.now, **paper)
    carol = sit(texas, "carol", viewport={"width": width, "height": 740}, is_mobile=True, has_touch=True)
    for name in ("queue", "counsel", "subpoenas", "contacts", "law", "reports", "audit"):
        carol.open(name)
        assert carol.page.locator(".desk-nav .count").count() >= 2, name
        wide = carol.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (name, wide)


def test_the_printed_case_has_no_buttons(sit, texas):
    custody, _, _ = busy(texas)
    ana = sit(texas, "ana")
    ana.open("case", custody.pk)
    ana.page.emulate_media(media="print")
    ana.shot("print-case")
    assert not ana.page.locator(".desk-header").is_visible()
    assert ana.page.locator("main button:visible").count() == 0
    assert "What the law says" in ana.says()


def test_the_keyboard_is_enough_to_sign_in_and_reach_a_case(sit, texas):
    custody, _, _ = busy(texas)
    ana = sit(texas, "ana")
    ana.open("queue")
    ana.page.keyboard.press("Tab")
    assert ana.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    ana.page.keyboard.press("Enter")
    link = f"/case/{custody.pk}/"
    for _ in range(60):
        ana.page.keyboard.press("Tab")
        if ana.page.evaluate("document.activeElement.getAttribute('href')") == link:
            break
    shown = ana.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert shown == "solid"
    ana.page.keyboard.press("Enter")
    ana.page.wait_for_url(f"**{link}")


def test_pages_work_without_scripts(sit, texas):
    custody, _, _ = busy(texas)
    ana = sit(texas, "ana", java_script_enabled=False)
    ana.open("act", custody.pk, "ask")
    ana.page.fill("[name=asks]", "May he be held?")
    ana.page.get_by_role("button", name="Write it down").click()
    assert "Counsel was asked" in ana.page.content()


def test_the_queue_updates_by_itself_and_does_not_keep_the_session_alive(sit, texas):
    custody, _, _ = busy(texas)
    ana = sit(texas, "ana")
    ana.open("queue")
    assert "Held under its authority" not in ana.says()
    texas.served(custody)
    holds.hold(texas.by("sam"), custody.pk, "statute")
    with ana.page.expect_request("**/queue/part/**") as asked:
        ana.page.evaluate(
            "htmx.ajax('GET', document.getElementById('queue').getAttribute('hx-get'),"
            " {source: '#queue', target: '#queue'})"
        )
    assert asked.value.headers["x-desk-refresh"] == "1"
    ana.page.wait_for_selector("text=Held under its authority")


def test_the_first_load_stays_under_a_hundred_kilobytes_without_pictures_and_fonts(sit, texas):
    custody, _, _ = busy(texas)
    ana = sit(texas, "ana")
    sizes = {}
    ana.page.on(
        "response",
        lambda answer: sizes.setdefault(
            answer.url,
            len(answer.body()) if answer.request.resource_type in ("document", "stylesheet", "script") else 0,
        ),
    )
    for name, arguments in (("queue", ()), ("case", (custody.pk,)), ("door", (custody.pk,))):
        sizes.clear()
        ana.context.clear_cookies()
        ana.sign_in()
        sizes.clear()
        ana.open(name, *arguments)
        ana.page.wait_for_load_state("networkidle")
        assert sum(sizes.values()) < 130_000, sizes
        document = next(size for url, size in sizes.items() if "/static/" not in url)
        assert document < 100_000, (name, document)


def test_setting_up_the_second_factor_has_no_violation_and_asks_the_outside_for_nothing(sit, texas, settings):
    from tests.desk.people import PASSWORD

    ana = sit(texas, "ana")
    settings.DESK_SECOND_FACTOR = True
    ana.page.goto("/")
    ana.page.fill("input[name=password]", PASSWORD)
    ana.page.click("main button[type=submit]")
    ana.page.wait_for_selector("input[name=code]")
    ana.shot("second-factor")
    assert ana.violations() == []
    assert ana.page.locator("main img").evaluate("one => one.complete && one.naturalWidth > 100")
