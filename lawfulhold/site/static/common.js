"use strict";
// What the pages share: the answers by name, small parts of a page, and charts.
(() => {
  const LawfulHold = window.LawfulHold = window.LawfulHold || {};
  const fills = {
    required: "var(--required)", permitted: "var(--permitted)", prohibited: "var(--prohibited)",
    undetermined: "url(#undetermined)", unsettled: "url(#unsettled)",
  };

  /** An element with attributes and children (text or elements). */
  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) if (value !== null) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  /** A mark with the words of an answer. */
  const answerMark = (answer) => make("span", { class: `answer ${answer}` }, LawfulHold.answers.words[answer]);

  /** The series of a place: [number of a day, number of a verdict, ...]. */
  function spansOf(code, question, kind, situation) {
    const all = LawfulHold.answers;
    const at = (list, key) => list.findIndex((entry) => entry.key === key);
    const index = (at(all.kinds, kind) * all.questions.length + at(all.questions, question)) * all.situations.length + at(all.situations, situation);
    return all.spans[all.series[code][index]];
  }

  /** The verdict of a series on a day, and the day since which its answer has been the same ("" when since before 2012). */
  function verdictOn(spans, day) {
    const all = LawfulHold.answers;
    let number = spans[1], verdict = all.verdicts[number], since = "";
    for (let at = 2; at < spans.length && all.days[spans[at]] <= day; at += 2) {
      const next = all.verdicts[spans[at + 1]];
      if (next[0] !== verdict[0]) since = all.days[spans[at]];
      number = spans[at + 1];
      verdict = next;
    }
    return { number, answer: verdict[0], because: verdict[1], provisions: verdict[2].map((n) => all.provisions[n]), asks: verdict[3].map((n) => all.asks[n]), since };
  }

  /** Why an answer is open, in words; "" when it is not. */
  function reason(verdict) {
    if (!verdict.because || (verdict.answer !== "unsettled" && verdict.answer !== "undetermined")) return "";
    const words = LawfulHold.answers.because[verdict.because] || `${verdict.because[0].toUpperCase()}${verdict.because.slice(1)}.`;
    return words;
  }

  /** The reasons of a verdict as elements: why it is open, what would settle it, each rule with its citation. */
  function grounds(verdict, code, root, most) {
    const found = [];
    if (reason(verdict)) found.push(make("p", { class: "quiet" }, reason(verdict)));
    for (const ask of verdict.asks.slice(0, most)) found.push(make("p", {}, ask));
    for (const [id, place, says, cite, verified] of verdict.provisions.slice(0, most)) {
      const line = make("p", { class: "cite" }, make("a", { href: `${root}places/${place}.html#${id}` }, cite));
      if (place !== code) line.append(" ", make("span", { class: "quiet" }, `(${LawfulHold.nameOf(place)})`));
      if (!verified) line.append(" ", make("span", { class: "flag" }, "not verified"));
      found.push(make("p", { class: "says" }, says), line);
    }
    if (verdict.provisions.length > most) found.push(make("p", { class: "quiet" }, `and ${verdict.provisions.length - most} more, on the page of the place`));
    return found;
  }

  let names = null;
  function nameOf(code) {
    if (!names) names = new Map(LawfulHold.answers.places.map((place) => [place.code, place.name]));
    return names.get(code) || "federal law";
  }

  /** Draw a chart with its data, without evaluating text as code, so that a strict content security policy holds. */
  async function draw(target, chart, data) {
    const spec = { ...chart, datasets: { ...chart.datasets, ...data } };
    const result = await window.vegaEmbed(target, spec, { actions: false, ast: true, renderer: "svg", defaultStyle: false, tooltip: false });
    // The table says the same; a reader of the screen is spared the shapes.
    const hide = () => target.querySelectorAll("svg").forEach((svg) => svg.setAttribute("aria-hidden", "true"));
    hide();
    return result.view;
  }

  const time = (day) => Date.parse(`${day}T00:00:00Z`);
  Object.assign(LawfulHold, { fills, make, answerMark, spansOf, verdictOn, reason, grounds, nameOf, draw, time });
})();
