"use strict";
// The first page: the map, its choices, the table that says the same.
(() => {
  const { make, answerMark, spansOf, verdictOn, grounds, nameOf, draw, time, fills } = window.LawfulHold;
  const all = window.LawfulHold.answers;
  const byId = (id) => document.getElementById(id);
  const fields = { question: byId("question"), agency: byId("agency"), situation: byId("situation") };
  const dayField = byId("day"), slider = byId("slider"), earlier = byId("earlier"), later = byId("later"), local = byId("local");
  const mapBox = byId("map");
  const lastDay = all.days[all.days.length - 1] > all.today ? all.days[all.days.length - 1] : all.today;
  const states = all.places.filter((place) => place.kind === "state" || place.kind === "tile");
  let day = all.today, focus = "", views = null, boundaries = [];
  dayField.max = lastDay;

  // ------------------------------------------------------------------ what is chosen, kept in the address so that it can be cited

  function readAddress() {
    const given = new URLSearchParams(location.hash.slice(1));
    for (const [name, field] of Object.entries(fields)) {
      if ([...field.options].some((option) => option.value === given.get(name))) field.value = given.get(name);
    }
    const wanted = given.get("on");
    if (isDay(wanted)) day = clamp(wanted);
  }
  function writeAddress() {
    const address = `#${new URLSearchParams({ question: fields.question.value, agency: fields.agency.value, situation: fields.situation.value, on: day })}`;
    if (location.hash !== address) location.replace(address);
  }
  const isDay = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text || "") && !Number.isNaN(time(text)) && new Date(time(text)).toISOString().startsWith(text);
  const clamp = (wanted) => (wanted < all.first ? all.first : wanted > lastDay ? lastDay : wanted);
  const says = (list, field) => list.find((entry) => entry.key === field.value).says;

  // ------------------------------------------------------------------ answers

  const spans = (code) => spansOf(code, fields.question.value, fields.agency.value, fields.situation.value);
  const shown = () => all.places.filter((place) => place.kind !== "local" || local.checked);

  /** The days on which the answer of some place changes. */
  function findBoundaries() {
    const days = new Set([all.first]);
    for (const place of all.places) {
      const one = spans(place.code);
      for (let at = 2; at < one.length; at += 2) {
        if (all.verdicts[one[at + 1]][0] !== all.verdicts[one[at - 1]][0]) days.add(all.days[one[at]]);
      }
    }
    return [...days].sort();
  }
  const boundaryAt = (wanted) => { let found = 0; boundaries.forEach((one, at) => { if (one <= wanted) found = at; }); return found; };

  // ------------------------------------------------------------------ showing

  function choose() {
    boundaries = findBoundaries();
    slider.max = boundaries.length - 1;
    if (views) views.counts.data("counts", countRows());
    showDay();
  }

  function showDay() {
    dayField.value = day;
    const at = boundaryAt(day);
    slider.value = at;
    slider.setAttribute("aria-valuetext", boundaries[at]);
    earlier.disabled = boundaries[0] >= day;
    later.disabled = boundaries[boundaries.length - 1] <= day;
    const come = day > all.today ? ", as the law now stands" : "";
    byId("selection").replaceChildren(make("b", {}, `${says(all.questions, fields.question)}?`),
      ` ${says(all.kinds, fields.agency)}; ${says(all.situations, fields.situation)}; on ${day}${come}.`);
    byId("caption").textContent = `${says(all.questions, fields.question)}: ${says(all.kinds, fields.agency)}; ${says(all.situations, fields.situation)}; on ${day}`;
    const counts = {};
    for (const place of states) { const { answer } = verdictOn(spans(place.code), day); counts[answer] = (counts[answer] || 0) + 1; }
    document.querySelectorAll("[data-count]").forEach((mark) => { mark.textContent = counts[mark.dataset.count] || 0; });
    showTable();
    showChanged(at);
    showMap();
    showDetail();
    writeAddress();
  }

  function showTable() {
    const rows = [];
    for (const place of inOrder()) {
      const one = spans(place.code), verdict = verdictOn(one, day), state = verdictOn(spans(place.state), day);
      const asState = place.code !== place.state && state.number === verdict.number;
      rows.push(make("tr", { class: place.code === place.state ? null : "local", "data-code": place.code, "data-answer": verdict.answer },
        make("th", { scope: "row" }, make("a", { href: `places/${place.code}.html` }, place.name)),
        make("td", {}, answerMark(verdict.answer)), make("td", { class: "since" }, verdict.since), 
        make("td", {}, ...(asState ? [make("p", { class: "quiet" }, `As ${nameOf(place.state)}.`)] : grounds(verdict, place.code, "", 2)))));
    }
    byId("table").tBodies[0].replaceChildren(...rows);
  }
  /** States by name, each followed by its counties and cities. */
  function inOrder() {
    const key = (place) => `${nameOf(place.state)} ${place.code === place.state ? "" : place.name}`;
    return [...all.places].sort((one, other) => key(one).localeCompare(key(other)));
  }

  function showChanged(at) {
    const box = byId("changed"), list = [];
    if (boundaries[at] !== all.first) {
      const before = new Date(time(boundaries[at]) - 86400000).toISOString().slice(0, 10);
      for (const place of inOrder()) {
        const first = verdictOn(spans(place.code), before).answer, second = verdictOn(spans(place.code), boundaries[at]).answer;
        if (first !== second) {
          list.push(make("li", {}, make("a", { href: `places/${place.code}.html` }, place.name), ": ", answerMark(first),
            make("span", { "aria-hidden": "true" }, " → "), make("span", { class: "unseen" }, " became "), answerMark(second)));
        }
      }
    }
    box.replaceChildren(...(list.length ? [make("h3", {}, boundaries[at] === day ? `Changes on ${day}` : `The last changes before, on ${boundaries[at]}`), make("ul", {}, ...list)] : []));
  }

  function showMap() {
    if (!views) return;
    views.map.data("places", placeRows()).signal("focus", focus).runAsync();
    views.counts.data("now", [{ t: time(day) }]).runAsync();
  }

  /** The places as rows of the map. */
  function placeRows() {
    return shown().filter((place) => place.kind).map((place) => {
      const { answer } = verdictOn(spans(place.code), day);
      return { code: place.code, kind: place.kind, x: place.x, y: place.y, label: place.label || "", fill: fills[answer], ink: `var(--ink-${answer})`, answer };
    });
  }

  /** How many states give each answer, at every boundary. */
  function countRows() {
    const order = ["required", "permitted", "undetermined", "unsettled", "prohibited"];
    const rows = [];
    for (const one of [...boundaries, lastDay]) {
      const counts = {};
      for (const place of states) { const { answer } = verdictOn(spans(place.code), one); counts[answer] = (counts[answer] || 0) + 1; }
      order.forEach((answer, at) => rows.push({ t: time(one), answer, order: at, count: counts[answer] || 0, fill: fills[answer] }));
    }
    return rows;
  }

  function showDetail() {
    const box = byId("detail");
    if (!focus) return;
    const place = all.places.find((one) => one.code === focus);
    const verdict = verdictOn(spans(focus), day);
    const parts = [make("h2", {}, make("a", { href: `places/${focus}.html` }, place.name)), make("p", {}, answerMark(verdict.answer), verdict.since ? ` since ${verdict.since}` : ""), ...grounds(verdict, focus, "", 3)];
    const inside = all.places.filter((one) => one.state === focus && one.code !== focus);
    if (inside.length) {
      parts.push(make("p", { class: "quiet" }, "Counties and cities with rules of their own:"),
        make("ul", {}, ...inside.map((one) => make("li", {}, make("a", { href: `places/${one.code}.html` }, one.name), " ", answerMark(verdictOn(spans(one.code), day).answer)))));
    }
    box.replaceChildren(...parts);
  }
  function setFocus(code) {
    if (code === focus) return;
    focus = code;
    if (views) views.map.signal("focus", focus).runAsync();
    showDetail();
  }

  // ------------------------------------------------------------------ keyboard on the map

  /** The nearest state in a direction. */
  function neighbour(dx, dy) {
    const here = all.places.find((place) => place.code === focus) || { x: 480, y: 300 };
    let best = null, least = Infinity;
    for (const place of states) {
      if (place.code === focus) continue;
      const along = (place.x - here.x) * dx + (place.y - here.y) * dy, across = Math.abs((place.x - here.x) * dy) + Math.abs((place.y - here.y) * dx);
      if (along > 4 && along + 2 * across < least) { least = along + 2 * across; best = place.code; }
    }
    return best;
  }
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  mapBox.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    let next = null;
    if (arrows[event.key]) next = focus ? neighbour(...arrows[event.key]) : states[0].code;
    else if (event.key === "Enter" && focus) { location.href = `places/${focus}.html`; return; }
    else if ((event.key === "PageDown" || event.key === "PageUp") && focus) {
      const state = all.places.find((place) => place.code === focus).state;
      const group = all.places.filter((place) => place.state === state);
      const at = group.findIndex((place) => place.code === focus) + (event.key === "PageDown" ? 1 : group.length - 1);
      next = group[at % group.length].code;
    } else return;
    event.preventDefault();
    if (next) setFocus(next);
  });
  mapBox.addEventListener("focus", () => { if (!focus) setFocus(states[0].code); });

  // ------------------------------------------------------------------ choices

  for (const field of Object.values(fields)) field.addEventListener("change", choose);
  dayField.addEventListener("change", () => { if (dayField.value) { day = clamp(dayField.value); showDay(); } });
  slider.addEventListener("input", () => { day = boundaries[Number(slider.value)]; showDay(); });
  earlier.addEventListener("click", () => { day = boundaries.filter((one) => one < day).pop() || day; showDay(); });
  later.addEventListener("click", () => { day = boundaries.find((one) => one > day) || day; showDay(); });
  local.addEventListener("change", showMap);
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => { readAddress(); choose(); });

  readAddress();
  choose();
  Promise.all([
    draw(mapBox, window.LawfulHold.charts.map, { places: placeRows() }),
    draw(byId("counts"), window.LawfulHold.charts.counts, { counts: countRows(), now: [{ t: time(day) }] }),
  ]).then(([map, counts]) => {
    views = { map, counts };
    const placeOf = (item) => item && item.datum && (item.datum.code || (item.datum.properties && item.datum.properties.code));
    const known = (code) => code && all.series[code];
    let touch = false, before = "";
    mapBox.addEventListener("pointerdown", (event) => { touch = event.pointerType === "touch"; before = focus; }, true);
    map.addEventListener("mouseover", (event, item) => { const code = placeOf(item); if (known(code)) setFocus(code); });
    map.addEventListener("click", (event, item) => {
      const code = placeOf(item);
      // A finger cannot point first: the first touch shows the rule, the second opens the page.
      if (!known(code) || (touch && code !== before)) return;
      location.href = `places/${code}.html`;
    });
    const fitLabels = () => map.signal("labelSize", mapBox.clientWidth < 560 ? 19 : 13).runAsync();
    window.addEventListener("resize", fitLabels);
    fitLabels();
    mapBox.dataset.ready = "yes";
  });
})();
