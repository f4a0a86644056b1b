"use strict";
// Find a place by a part of its name.
(() => {
  const find = document.getElementById("find"), found = document.getElementById("found"), items = [...document.querySelectorAll(".places li")];
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    let count = 0;
    for (const item of items) {
      const inside = [...item.querySelectorAll("li")].some((one) => one.dataset.name.includes(wanted));
      const own = item.dataset.name.includes(wanted);
      item.hidden = !(own || inside || item.parentElement.closest("li")?.dataset.name.includes(wanted));
      if (own) count += 1;
    }
    found.textContent = wanted ? `${count} place${count === 1 ? "" : "s"}` : "";
  });
})();
