/* Small helps; every page works without them. */
(function () {
  "use strict";
  // A form is sent once, however often the button is pressed.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    window.setTimeout(function () { delete form.dataset.sent; }, 4000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
    var wrong = document.querySelector("[data-focus]");
    if (wrong) { wrong.focus(); }
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-print]");
    if (button) { window.print(); }
  });
  // A field lights its place in the paper, and a place in the paper its field.
  function light(event) {
    var place = event.target.closest ? event.target.closest("[data-mark]") : null;
    var box = event.target.closest ? event.target.closest(".sheet rect") : null;
    var name = place ? place.dataset.mark : box ? box.id : null;
    if (!name) { return; }
    document.querySelectorAll(".lit").forEach(function (one) { one.classList.remove("lit"); });
    var mark = document.getElementById(name);
    if (mark) { mark.classList.add("lit"); }
    document.querySelectorAll('[data-mark="' + name + '"]').forEach(function (one) { one.classList.add("lit"); });
    if (mark && place && event.type === "focusin") { show(mark); }
  }
  // Only the pane of the paper moves, never the page under the clerk's hands.
  function show(mark) {
    var pane = mark.closest(".sheets");
    var box = mark.getBoundingClientRect(), frame = pane.getBoundingClientRect();
    if (box.top < frame.top || box.bottom > frame.bottom) { pane.scrollTop += box.top - frame.top - frame.height / 3; }
  }
  document.addEventListener("focusin", light);
  document.addEventListener("mouseover", light);
  // A page that updates itself says when it could not.
  function connection(works) {
    var note = document.getElementById("not-connected");
    if (note) { note.hidden = works; }
  }
  document.addEventListener("htmx:sendError", function () { connection(false); });
  document.addEventListener("htmx:responseError", function () { connection(false); });
  document.addEventListener("htmx:afterOnLoad", function () { connection(true); });
  // A queue that was asked for after the session ended goes to the sign-in page instead of showing it inside.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.getResponseHeader("X-Desk-Part") === null) { event.detail.shouldSwap = false; window.location.reload(); }
    opened = Array.prototype.map.call(document.querySelectorAll("details[open][id]"), function (one) { return one.id; });
  });
  // What was unfolded stays so when a part of the page is written anew.
  var opened = [];
  document.addEventListener("htmx:afterSwap", function () {
    opened.forEach(function (name) { var one = document.getElementById(name); if (one) { one.open = true; } });
  });
}());
