"""Build the site: every page, its data and its downloads, in a folder that opens from disk."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from lawfulhold.errors import InputError
from lawfulhold.rules.law import Law
from lawfulhold.site import charts, pages
from lawfulhold.site.answers import answer_everything
from lawfulhold.site.changes import all_changes, beginnings, years
from lawfulhold.site.data import answers_data, read_shapes, script
from lawfulhold.site.downloads import tables, write_downloads
from lawfulhold.site.situations import Situations

MARK = "site.json"  # tells a folder that this program wrote, and may write anew
HOLDS = {
    "places": "Every place: its name, layer, summary and open questions.",
    "provisions": "Every provision: question, effect, days in force, agencies, conditions, source, how it was read.",
    "answers": "The answer to every question in every standard situation, for each agency and place, since 2012.",
    "cases": "The standard situations and their facts.",
}
STATIC = Path(__file__).parent / "static"


def build(law: Law, out: str | Path, today: date | None = None) -> int:
    """Build the site.

    Takes the law, the folder to write and the day that counts as today (the present day when left out). The folder is
    written under another name first and then put in place; one that is there already is replaced only when it is empty
    or an earlier site. Returns 0. Raises `InputError` when the folder holds something else or cannot be written.
    """
    started = time.perf_counter()
    target = Path(out)
    _check_target(target)
    day = today or date.today()  # noqa: DTZ011  the edge: the day on which the site is built
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        working = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            count = _write_site(law, working, day)
            os.chmod(working, 0o755)
            _put_in_place(working, target)
        finally:
            shutil.rmtree(working, ignore_errors=True)
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror or error}", str(target)) from None
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    took = time.perf_counter() - started
    _say(f"{target}: {count} pages, {size / 1_000_000:.1f} MB, {took:.1f} s; open {target / 'index.html'}")
    return 0


def _check_target(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise InputError("is not a folder; name a folder for the site", str(target))
    if target.is_dir() and any(target.iterdir()) and not (target / MARK).is_file():
        raise InputError("holds other files; name an empty or new folder for the site", str(target))


def _put_in_place(working: Path, target: Path) -> None:
    """Rename the finished folder into place; an earlier site is put back when that fails."""
    if not target.exists():
        working.rename(target)
        return
    earlier = Path(tempfile.mkdtemp(prefix=f".{target.name}-earlier-", dir=target.parent)) / "site"
    target.rename(earlier)
    try:
        working.rename(target)
    except OSError:
        earlier.rename(target)
        raise
    finally:
        shutil.rmtree(earlier.parent, ignore_errors=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _progress(count: int) -> Callable[[str], None]:
    """Tells of each place begun, on one line of a terminal; silent elsewhere."""
    done = 0

    def tell(code: str) -> None:
        nonlocal done
        done += 1
        if sys.stderr.isatty():
            print(
                f"\rasking the law: {done} of {count} places ({code})\033[K",
                end="\n" if done == count else "",
                file=sys.stderr,
                flush=True,
            )

    return tell


def _write_site(law: Law, folder: Path, today: date) -> int:
    situations = Situations()
    codes = tuple(code for code in law.codes if code != "US")
    _say(f"asking the law of {len(codes)} places")
    answers = answer_everything(law, codes, situations, _progress(len(codes)))
    site = pages.Site(law, codes, situations, answers, today)
    shutil.copytree(STATIC, folder / "static", ignore=shutil.ignore_patterns("shapes.json"))
    _say("writing the data and the downloads")
    data = folder / "data"
    data.mkdir()
    specs = {
        "map": charts.map_of_the_states(read_shapes()["topology"]),
        "counts": charts.states_by_answer(),
        "timeline": charts.answers_over_time(len(situations.questions)),
    }
    _write(data / "answers.js", script("answers", answers_data(law, codes, situations, answers, today)))
    _write(data / "charts.js", script("charts", specs))
    downloads = write_downloads(folder / "downloads", tables(law, ("US", *codes), situations, answers))
    _say("writing the pages")
    count = _write_pages(site, folder, downloads)
    mark = {"made_by": "lawfulhold law site", "law_version": law.version(), "built": today.isoformat(), "pages": count}
    _write(folder / MARK, json.dumps(mark, indent=2) + "\n")
    return count


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_pages(site: pages.Site, folder: Path, downloads: Any) -> int:
    made = pages.environment(site)
    (folder / "places").mkdir()
    count = 0

    def page(name: str, template: str, **values: Any) -> None:
        nonlocal count
        count += 1
        _write(folder / name, pages.render(made, template, "../" * name.count("/"), here=name, **values))

    first = site.situations.first
    rows = pages.rows_of(site, first, site.today)
    page("index.html", "map.html", rows=rows, chosen=first)
    page("places.html", "places.html")
    for code in ("US", *site.codes):
        place = site.law.jurisdiction(code)
        answers = [] if code == "US" else pages.answers_of_place(site, code, first.situation, site.today)
        page(
            pages.page_of(code),
            "place.html",
            place=place,
            above=site.law.chain(code)[:-1],
            answers=answers,
            chosen=first,
            kind=pages.usual_kind(site, code),
            parts_of_memo=pages.memo_parts(site.law, code, site.today),
            information=pages.information(place, site.today),
            others=pages.other_times(place, site.today),
            history=pages.history_of(place),
        )
    every = years(site.law, ("US", *site.codes), site.today)
    began = beginnings(site.law, ("US", *site.codes))
    counts = [{"year": year, "count": began[year]} for year in every]
    _write(folder / "data" / "years.js", script("years", charts.provisions_by_year(counts)))
    changes = all_changes(site.law, ("US", *site.codes), site.situations, site.answers)
    for year in every:
        days = [one for one in changes if one.day.year == year]
        page(
            "changes.html" if year == site.today.year else f"changes-{year}.html",
            "changes.html",
            year=year,
            years=every,
            days=days,
            counts=counts,
            began=sum(len(one.began) for one in days),
            ended=sum(len(one.ended) for one in days),
            places=len({item.jurisdiction for one in days for item in (*one.began, *one.ended)}),
            change_words=lambda change: list(pages.change_words(site, change)),
        )
    page("downloads.html", "downloads.html", downloads=downloads, holds=HOLDS)
    page("about.html", "about.html")
    return count
