"""Charts by Altair: SVG and PNG are rendered here, HTML carries its own scripts. Nothing is fetched from the network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lawfulhold.outcomes.tabulate import OPEN, OutcomeTable
from lawfulhold.outcomes.write import number
from lawfulhold.tables.releases import vocabulary

if TYPE_CHECKING:
    import altair

# Paul Tol's "muted" colours: told apart by people who do not see red and green as different; grey for what is not known.
_COLOURS = {
    "collected": "#332288",
    "declined": "#CC6677",
    "notified-not-collected": "#DDCC77",
    "late": "#882255",
    "gone": "#88CCEE",
    "cancelled": "#117733",
    "citizen": "#44AA99",
    "court": "#999933",
    "transferred": "#AA4499",
    "replaced": "#661100",
    "died": "#000000",
    "unmapped": "#6699CC",
    OPEN: "#BBBBBB",
}
_FEWEST_CLOSED = 30
_MOST_BARS = 30


def charts(tables: Mapping[str, OutcomeTable]) -> dict[str, altair.TopLevelMixin]:
    """The charts that these tables (by their id) allow, by name. Suppressed numbers are left out."""
    found: dict[str, Any] = {}
    if "month" in tables and len(tables["month"].lines) > 1:
        found["outcomes-by-month"] = _by_month(tables["month"])
    for dimension, size in (("state", _MOST_BARS), ("facility", 20)):
        if dimension in tables:
            chart = _declined(tables[dimension], size)
            if chart is not None:
                found[f"declined-by-{dimension}"] = chart
    for name, table in tables.items():
        if name.startswith("law:"):
            found[f"law-{name.removeprefix('law:')}-by-outcome"] = _cross(table)
    # a browser's letters may be wider than those the drawing was measured with
    return {name: chart.properties(padding=14) for name, chart in found.items()}


def _data(rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    return alt.InlineData(values=rows)


def _label(outcome: str) -> str:
    return str(vocabulary()["outcomes"][outcome]["label"])


def _by_month(table: OutcomeTable) -> Any:
    import altair as alt

    rows = [
        {"month": f"{line.key}-01", "outcome": _label(outcome), "count": line.counts.get(outcome)}
        for line in table.lines
        for outcome in table.outcomes
        if line.counts.get(outcome)
    ]
    colours = alt.Scale(
        domain=[_label(outcome) for outcome in table.outcomes], range=[_COLOURS[outcome] for outcome in table.outcomes]
    )
    return (
        alt.Chart(_data(rows), title="Detainers by month of preparation and outcome", width=640, height=320)
        .mark_bar()
        .encode(
            x=alt.X("yearmonth(month):T", title="month of preparation"),
            y=alt.Y("sum(count):Q", title="detainers"),
            color=alt.Color("outcome:N", scale=colours, title="recorded outcome"),
            tooltip=[alt.Tooltip("yearmonth(month):T", title="month"), "outcome:N", "count:Q"],
        )
    )


def _declined(table: OutcomeTable, size: int) -> Any | None:
    import altair as alt

    rows: list[dict[str, Any]] = []
    for line in table.lines:
        share, declined, closed = line.share("declined", line.closed), line.counts.get("declined", 0), line.closed
        if share is not None and closed is not None and closed >= _FEWEST_CLOSED:
            rows.append(
                {
                    # the same words may name a facility in two states, and a blank name does in all
                    "key": f"{line.key}, {line.within}" if table.id == "facility" else line.key.removeprefix("US-"),
                    "share": share,
                    "declined": declined,
                    "closed": closed,
                    "text": f"{declined:,} of {closed:,}",
                }
            )
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: -row["share"])[:size]
    order = [row["key"] for row in rows]
    base = alt.Chart(
        _data(rows),
        width=480,
        title=alt.TitleParams(
            f"Declined (ICE's word) of closed detainers, {table.title}",
            subtitle=f"with at least {_FEWEST_CLOSED} closed; detainers without an outcome are in no share",
        ),
    ).encode(
        x=alt.X("share:Q", title="declined / closed", axis=alt.Axis(format="%")),
        y=alt.Y("key:N", sort=order, title=None, axis=alt.Axis(labelLimit=420)),
    )
    return base.mark_bar(color=_COLOURS["declined"]) + base.mark_text(align="left", dx=4).encode(text="text:N")


def _cross(table: OutcomeTable) -> Any:
    import altair as alt

    rows = [
        {
            "law": line.key,
            "outcome": _label(outcome),
            "count": number(line.counts.get(outcome, 0)),
            "share": line.share(outcome, line.total),
        }
        for line in table.lines
        for outcome in table.outcomes
    ]
    base = alt.Chart(
        _data(rows),
        width=560,
        height=40 * max(1, len(table.lines)),
        title=alt.TitleParams(f"Recorded outcome {table.title}", subtitle="colour: share of the row"),
    ).encode(
        x=alt.X(
            "outcome:N",
            sort=[_label(outcome) for outcome in table.outcomes],
            title=None,
            axis=alt.Axis(labelAngle=-30, labelLimit=300),
        ),
        y=alt.Y("law:N", title=None, axis=alt.Axis(labelLimit=300)),
    )
    return base.mark_rect().encode(
        color=alt.Color(
            "share:Q", scale=alt.Scale(scheme="blues", domain=[0, 1]), title="share", legend=alt.Legend(format="%")
        )
    ) + base.mark_text().encode(
        text=alt.Text("count:N"),
        color=alt.condition("datum.share > 0.5", alt.value("white"), alt.value("black")),
    )


def save(chart: altair.TopLevelMixin, path: Path) -> None:
    """Write a chart as .svg, .png or .html (by its ending)."""
    if path.suffix == ".html":
        menu = {
            "actions": {"export": True, "source": False, "compiled": False, "editor": False}
        }  # an editor would be outside
        path.write_text(chart.to_html(inline=True, embed_options=menu), encoding="utf-8")
        return
    import vl_convert as vlc

    spec = chart.to_json()
    if path.suffix == ".svg":
        path.write_text(vlc.vegalite_to_svg(spec), encoding="utf-8")
    else:
        path.write_bytes(vlc.vegalite_to_png(spec, scale=2))


def svg(chart: altair.TopLevelMixin) -> str:
    """The chart as SVG text."""
    import vl_convert as vlc

    return str(vlc.vegalite_to_svg(chart.to_json()))
