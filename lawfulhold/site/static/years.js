"use strict";
// The chart of the page "what changed".
window.LawfulHold.draw(document.getElementById("years"), window.LawfulHold.years).then(() => { document.getElementById("years").dataset.ready = "yes"; });
