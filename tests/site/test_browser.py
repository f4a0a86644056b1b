"""The site in a real browser, opened from disk."""

from __future__ import annotations

import functools
import http.server
import itertools
import threading

import pytest

from .conftest import Visit

PAGES = (
    "index.html",
    "places.html",
    "places/US.html",
    "places/US-CT.html",
    "places/US-CT-HARTFORD.html",
    "changes.html",
    "changes-2019.html",
    "downloads.html",
    "about.html",
)
CONNECTICUT_POLICE = "index.html#question=notify&agency=municipal-police&situation=clean-record&on="
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def answer_of(page, code: str) -> str:
    """The answer in the row of a place."""
    return page.locator(f"#table tr[data-code='{code}']").get_attribute("data-answer")


def drawn(page) -> list[str]:
    """The fills of the states, as drawn, in the order of the shapes."""
    page.wait_for_timeout(300)
    return page.eval_on_selector_all(
        "#map .mark-shape path", "paths => paths.map(path => path.getAttribute('fill') || path.style.fill)"
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_nothing_on_the_console_and_asks_nobody_outside(visit, name):
    page = visit.open(name)
    page.wait_for_timeout(300)
    assert visit.said == []
    assert visit.asked
    assert all(address.startswith("file://") for address in visit.asked), visit.asked


def test_the_map_changes_when_the_date_changes(visit):
    page = visit.open(CONNECTICUT_POLICE + "2019-09-30")
    before, answer_before = drawn(page), answer_of(page, "US-CT")
    page.fill("#day", "2019-10-01")
    page.dispatch_event("#day", "change")
    assert (answer_before, answer_of(page, "US-CT")) == ("required", "prohibited")
    after = drawn(page)
    assert before != after
    assert len(before) == len(after) == 51
    assert "Connecticut" in page.inner_text("#changed")


def test_the_map_changes_with_the_question_the_agency_and_the_situation(visit):
    page = visit.open("index.html#on=2024-06-01")
    seen = [drawn(page)]
    for field, value in (("#question", "notify"), ("#agency", "state-corrections"), ("#situation", "judges-warrant")):
        page.select_option(field, value)
        seen.append(drawn(page))
    assert all(one != other for one, other in itertools.pairwise(seen))


def test_the_slider_goes_from_one_change_to_the_next_by_keyboard(visit):
    page = visit.open("index.html")
    page.focus("#slider")
    today = page.input_value("#day")
    page.keyboard.press("ArrowLeft")
    earlier = page.input_value("#day")
    assert earlier < today
    assert page.get_attribute("#slider", "aria-valuetext") == earlier
    assert page.inner_text("#changed h3") == f"Changes on {earlier}"
    page.keyboard.press("Home")
    assert page.input_value("#day") == "2012-01-01"
    assert page.is_disabled("#earlier")
    page.click("#later")
    assert page.input_value("#day") > "2012-01-01"


def test_a_state_opens_its_page(visit):
    page = visit.open("index.html")
    page.locator("#map .mark-shape path").nth(17).click()
    page.wait_for_url("**/places/US-*.html")
    assert page.locator("h1").inner_text()
    assert visit.said == []


def test_pointing_at_a_state_shows_its_rule_and_citation(visit):
    page = visit.open("index.html#question=hold&agency=sheriff&on=2026-11-22")
    before = page.inner_text("#detail")
    page.locator("#map .mark-shape path").nth(17).hover()
    page.wait_for_function("before => document.getElementById('detail').innerText !== before", arg=before)
    assert page.locator("#detail h2 a").get_attribute("href").startswith("places/US-")
    assert page.locator("#detail .answer").first.inner_text()


def test_the_first_touch_shows_the_rule_and_the_second_opens_the_page(browser, site):
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    visit = Visit(context.new_page(), site)
    page = visit.open("index.html")
    shape = page.locator("#map .mark-shape path").nth(17)
    shape.tap()
    page.wait_for_selector("#detail h2")
    assert page.url.split("#")[0].endswith("index.html")
    shape.tap()
    page.wait_for_url("**/places/US-*.html")
    context.close()


def test_the_map_works_by_keyboard(visit):
    page = visit.open("index.html#question=hold&agency=sheriff&situation=clean-record&on=2024-06-01")
    page.focus("#map")
    first = page.inner_text("#detail h2")
    seen = {first}
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        seen.add(page.inner_text("#detail h2"))
    assert len(seen) > 3
    while page.inner_text("#detail h2") != "California":
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowDown" if page.inner_text("#detail h2") in ("Washington", "Oregon") else "ArrowLeft")
        seen.add(page.inner_text("#detail h2"))
        assert len(seen) < 60
    assert "Gov. Code" in page.inner_text("#detail .cite >> nth=0")
    page.keyboard.press("PageDown")
    assert "California" in page.inner_text("#detail h2")
    assert page.inner_text("#detail h2") != "California"
    page.keyboard.press("PageUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/places/US-CA.html")


def test_every_state_can_be_reached_with_the_arrow_keys(visit, law):
    page = visit.open("index.html")
    page.focus("#map")
    # From every state the four arrows are tried: a walk that takes the arrow least tried so far where it stands.
    reached = page.evaluate("""() => {
      const map = document.getElementById("map"), tried = {}, reached = new Set();
      for (let step = 0; step < 4000; step += 1) {
        const here = document.querySelector("#detail h2").textContent;
        reached.add(here);
        const count = (key) => tried[`${here} ${key}`] || 0;
        const arrows = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
        const key = arrows.reduce((best, one) => (count(one) < count(best) ? one : best));
        tried[`${here} ${key}`] = count(key) + 1;
        map.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }
      return [...reached];
    }""")
    states = {law.jurisdiction(code).name for code in law.codes if law.jurisdiction(code).layer == "state"}
    assert states - set(reached) == set()


def test_the_address_keeps_what_was_chosen(visit):
    page = visit.open("index.html")
    page.select_option("#question", "notify")
    page.select_option("#agency", "state-corrections")
    page.fill("#day", "2019-10-01")
    page.dispatch_event("#day", "change")
    address, answers = (
        page.url,
        page.eval_on_selector_all("#table tbody tr", "rows => rows.map(row => row.dataset.answer)"),
    )
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("#map[data-ready=yes]")
    assert page.input_value("#question") == "notify"
    assert page.input_value("#day") == "2019-10-01"
    assert page.eval_on_selector_all("#table tbody tr", "rows => rows.map(row => row.dataset.answer)") == answers


@pytest.mark.parametrize(
    "address", ["#on=1066-10-14", "#on=9999-01-01", "#on=2019-02-31", "#question=nothing&agency=<b>", "#%E0%A4%A"]
)
def test_a_wrong_address_still_shows_a_map(visit, address):
    page = visit.open(f"index.html{address}")
    assert page.locator("#table tbody tr").count() > 50
    assert visit.said == []


def test_the_legend_counts_the_states(visit, law):
    page = visit.open("index.html")
    counts = [int(text) for text in page.locator("[data-count]").all_inner_texts()]
    assert sum(counts) == sum(law.jurisdiction(code).layer == "state" for code in law.codes)


def test_counties_and_cities_can_be_left_out(visit):
    page = visit.open("index.html")
    circles = "#map .mark-symbol path"
    before = page.locator(circles).count()
    page.uncheck("#local")
    page.wait_for_timeout(300)
    assert page.locator(circles).count() < before - 30


def test_the_table_of_the_built_page_is_the_one_the_scripts_show(browser, site):
    texts = []
    for scripts in (False, True):
        context = browser.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{site.as_uri()}/index.html")
        if scripts:
            page.wait_for_selector("#map[data-ready=yes]")
        texts.append([" ".join(text.split()) for text in page.locator("#table tbody tr").all_inner_texts()])
        context.close()
    assert texts[0] == texts[1]


def test_the_page_of_a_place_follows_its_choices(visit):
    page = visit.open("places/US-CT.html")
    cell = "#today-table tr[data-question=hold] td >> nth=2"
    assert page.inner_text(cell) == "Must not"
    page.select_option("#situation", "judges-warrant")
    assert page.inner_text(cell) == "May"
    page.select_option("#agency", "state-corrections")
    page.select_option("#situation", "clean-record")
    page.click("#spans-part summary")
    rows = page.locator("#spans-table tbody tr").all_inner_texts()
    assert any("2019-10-01" in row and "Must not" in row and "54-192h" in row for row in rows)
    assert page.locator("#chart svg .mark-rect path").count() == len(rows)


def test_a_place_is_found_by_a_part_of_its_name(visit):
    page = visit.open("places.html")
    page.fill("#find", "hartf")
    shown = page.locator(".places a:visible").all_inner_texts()
    assert shown == ["Connecticut", "Hartford, Connecticut"]
    page.click("text=Hartford, Connecticut")
    page.wait_for_url("**/US-CT-HARTFORD.html")


def test_a_link_to_a_provision_shows_it(visit):
    page = visit.open("places/US-CT.html#ct-192h-hold-2014")
    assert page.locator("#ct-192h-hold-2014").is_visible()
    assert page.evaluate("document.querySelector(':target').id") == "ct-192h-hold-2014"


@pytest.mark.parametrize("width", [320, 768])
@pytest.mark.parametrize("name", PAGES)
def test_a_narrow_page_does_not_scroll_sideways(browser, site, name, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    visit = Visit(context.new_page(), site)
    page = visit.open(name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_the_map_is_printed_without_the_choices(visit):
    page = visit.open("index.html")
    page.emulate_media(media="print")
    assert page.locator("#map svg").is_visible()
    assert page.locator("#selection").is_visible()
    assert not page.locator("#question").is_visible()
    assert page.pdf().startswith(b"%PDF")


@pytest.fixture
def strict_server(site):
    """The site behind a strict content security policy."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["index.html", "places/US-CT.html", "changes.html"])
def test_a_strict_content_security_policy_holds(browser, site, strict_server, name):
    context = browser.new_context()
    visit = Visit(context.new_page(), site)
    visit.page.goto(f"{strict_server}/{name}")
    visit.page.wait_for_selector("[data-ready=yes]", state="attached")
    assert visit.said == []
    assert all(address.startswith(strict_server) for address in visit.asked)
    context.close()
