"use strict";
// The page of a place: the table of answers and the chart follow the choices.
(() => {
  const { make, answerMark, spansOf, verdictOn, grounds, draw, time, fills } = window.LawfulHold;
  const all = window.LawfulHold.answers;
  const byId = (id) => document.getElementById(id);
  const code = byId("answers-part").dataset.place;
  const situation = byId("situation"), agency = byId("agency"), chart = byId("chart");
  const end = all.days[all.days.length - 1] > all.today ? all.days[all.days.length - 1] : all.today;
  let view = null;

  /** The spans of a question as rows: from, to, verdict. */
  function rowsOf(question) {
    const spans = spansOf(code, question, agency.value, situation.value), rows = [];
    for (let at = 0; at < spans.length; at += 2) {
      const from = at ? all.days[spans[at]] : all.first;
      const until = at + 2 < spans.length ? all.days[spans[at + 2]] : end;
      if (from <= end) rows.push({ from, until, last: at + 2 >= spans.length, verdict: verdictOn(spans, from) });
    }
    return rows;
  }

  function show() {
    const chosen = all.situations.find((one) => one.key === situation.value), kind = all.kinds.find((one) => one.key === agency.value);
    byId("situation-says").textContent = chosen.says;
    byId("situation-more").textContent = chosen.more;
    byId("chart-name").textContent = `The answers since 2012: ${kind.says}`;
    byId("spans-says").textContent = `${kind.says}; ${chosen.says}`;
    for (const row of byId("today-table").tBodies[0].rows) {
      all.kinds.forEach((one, at) => row.cells[at + 1].replaceChildren(answerMark(verdictOn(spansOf(code, row.dataset.question, one.key, situation.value), all.today).answer)));
    }
    const bars = [], lines = [];
    for (const question of all.questions) {
      rowsOf(question.key).forEach((row, at) => {
        bars.push({ question: question.key, says: question.says, first: at === 0, t: time(row.from), until: time(row.until), fill: fills[row.verdict.answer] });
        lines.push(make("tr", {}, make("th", { scope: "row" }, question.says), make("td", {}, row.from === all.first ? "before 2012" : row.from), make("td", {}, row.last ? "" : before(row.until)),
          make("td", {}, answerMark(row.verdict.answer)), make("td", {}, ...grounds(row.verdict, code, "../", 4))));
      });
    }
    byId("spans-table").tBodies[0].replaceChildren(...lines);
    if (view) view.data("spans", bars).runAsync();
    return bars;
  }
  const before = (day) => new Date(time(day) - 86400000).toISOString().slice(0, 10);

  situation.addEventListener("change", show);
  agency.addEventListener("change", show);
  draw(chart, window.LawfulHold.charts.timeline, { spans: show(), now: [{ t: time(all.today) }] }).then((made) => { view = made; chart.dataset.ready = "yes"; });
})();
