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
  });
}());
