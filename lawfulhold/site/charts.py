"""The charts, as Vega-Lite specifications made by Altair. Pages give the data, the style sheet the colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

WIDTH, HEIGHT = 1010, 620
TILE = 30


def _plain(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """The specification with letters and lines in the colours of the page."""
    axis = {
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "gridColor": "var(--line)",
        "labelColor": "var(--ink)",
        "titleColor": "var(--ink)",
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
    }
    spec: dict[str, Any] = chart.to_dict()
    return {**spec, "background": "transparent", "config": {"view": {"stroke": None}, "font": "inherit", "axis": axis}}


def map_of_the_states(topology: dict[str, Any]) -> dict[str, Any]:
    """The map, with the shapes of the states. Data `places`, a row for each: code, fill, ink, label, x, y, kind."""
    focus, label_size = alt.param(name="focus", value=""), alt.param(name="labelSize", value=13)
    places = alt.NamedData("places")
    on_focus = "datum.code === focus"
    outline: dict[str, Any] = {
        "stroke": alt.condition(on_focus, alt.value("var(--ink)"), alt.value("var(--paper)")),
        "strokeWidth": alt.condition(on_focus, alt.value(3), alt.value(1)),
    }
    shapes = (
        alt.Chart(alt.InlineData(values=topology, format=alt.TopoDataFormat(feature="states", type="topojson")))
        .transform_calculate(code="datum.properties.code")
        .transform_lookup("code", alt.LookupData(places, "code", ["fill"]), default="var(--none)")
        .mark_geoshape(cursor="pointer", strokeJoin="round")
        .encode(fill=alt.Fill("fill:N").scale(None).legend(None), **outline)
        .add_params(focus, label_size)
    )
    base = alt.Chart(places).encode(longitude="x:Q", latitude="y:Q")
    tiles = (
        base.transform_filter("datum.kind === 'tile'")
        .mark_square(size=TILE * TILE, cursor="pointer", opacity=1)
        .encode(fill=alt.Fill("fill:N").scale(None).legend(None), **outline)
    )
    local = (
        base.transform_filter("datum.kind === 'local'")
        .mark_circle(size=70, cursor="pointer", opacity=1)
        .encode(fill=alt.Fill("fill:N").scale(None).legend(None), **outline)
    )
    labels = (
        base.transform_filter("datum.kind !== 'local'")
        .mark_text(fontSize=alt.ExprRef("labelSize"), fontWeight="bold", cursor="pointer")
        .encode(text="label:N", fill=alt.Fill("ink:N").scale(None).legend(None))
    )
    chart = (
        alt.layer(shapes, tiles, local, labels)
        .properties(width=WIDTH, height=HEIGHT)
        .project("identity", scale=1, translate=[0, 0])
    )
    return _plain(chart)


def states_by_answer() -> dict[str, Any]:
    """How many states give each answer, over time. Data `counts` (t, answer, order, count, fill) and `now` (t)."""
    x = (
        alt.X("t:T")
        .scale(type="utc", nice=False)
        .axis(title=None, format="%Y", tickCount="year", labelOverlap=True, grid=False)
    )
    area = (
        alt.Chart(alt.NamedData("counts"))
        .mark_area(interpolate="step-after", line=False)
        .encode(
            x=x,
            y=alt.Y("count:Q").stack("zero").axis(title="states", tickCount=3, grid=False),
            fill=alt.Fill("fill:N").scale(None).legend(None),
            order=alt.Order("order:O"),
            detail="answer:N",
        )
    )
    rule = alt.Chart(alt.NamedData("now")).mark_rule(color="var(--ink)", strokeWidth=2).encode(x="t:T")
    spec = _plain(alt.layer(area, rule).properties(height=120))
    spec |= {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}
    return spec


def answers_over_time(questions: int) -> dict[str, Any]:
    """The answers of one place over time, a bar for each question.

    Data `spans`: question, says, first (of its question), t, until, fill; and `now` (t).
    """
    base = alt.Chart(alt.NamedData("spans")).encode(
        y=alt.Y("question:N").sort(None).axis(None).scale(paddingInner=0.55, paddingOuter=0.4)
    )
    bars = base.mark_bar(stroke="var(--paper)", strokeWidth=1).encode(
        x=alt.X("t:T")
        .scale(type="utc", nice=False)
        .axis(title=None, format="%Y", tickCount="year", labelOverlap=True, orient="top", grid=True),
        x2="until:Q",
        fill=alt.Fill("fill:N").scale(None).legend(None),
    )
    words = (
        base.transform_filter("datum.first")
        .mark_text(align="left", baseline="bottom", dy=-11, fontSize=13, fill="var(--ink)")
        .encode(text="says:N", x=alt.value(0))
    )
    today = alt.Chart(alt.NamedData("now")).mark_rule(color="var(--ink)", strokeDash=[3, 3]).encode(x="t:T")
    spec = _plain(alt.layer(bars, today, words).properties(height=46 * questions))
    spec |= {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}
    return spec


def provisions_by_year(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """How many provisions began in each year. Rows: year, count, chosen."""
    chart = (
        alt.Chart(alt.InlineData(values=list(rows)))
        .mark_bar(fill="var(--bar)")
        .encode(
            x=alt.X("year:O").axis(title=None, labelAngle=0, labelOverlap=True, ticks=False),
            y=alt.Y("count:Q").axis(title=None, tickCount=4),
        )
        .properties(height=160)
    )
    spec = _plain(chart)
    spec |= {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}
    return spec
