// Keys of the staff's side: a list of them stands at /phim-tat, where they can be switched off.
"use strict";

(function () {
  // Where a case's page keeps what the keys lead to.
  const PLACES = { r: "tin-nhan", n: "ghi-chu" };
  const TYPED = "textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio])";

  function links() {
    return Array.from(document.querySelectorAll("[data-rows] [data-case]"));
  }

  function current() {
    const row = document.activeElement.closest("[data-rows] tr, [data-rows] li");
    return row && row.querySelector("[data-case]");
  }

  function step(by) {
    const all = links();
    const at = all.indexOf(current());
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
    if (all[next]) {
      all[next].focus();
    }
  }

  function follow(key) {
    const marked = document.querySelector(`[data-key="${key}"]`);
    if (!marked) {
      return false;
    }
    if (marked.matches("input, textarea")) {
      marked.focus();
    } else {
      marked.click();
    }
    return true;
  }

  function reach(key) {
    const link = current();
    if (link) {
      window.location.assign(`${link.href}#${PLACES[key]}`);
    } else if (!follow(key) && document.getElementById(PLACES[key])) {
      window.location.hash = PLACES[key];
    }
  }

  const ACTS = {
    j: () => step(1),
    k: () => step(-1),
    o: () => current() && current().click(),
    r: () => reach("r"),
    n: () => reach("n"),
    "/": () => follow("/"),
    "?": () => follow("?"),
  };

  document.addEventListener("keydown", (event) => {
    const busy = event.defaultPrevented || event.isComposing || event.repeat && !"jk".includes(event.key);
    const held = event.ctrlKey || event.altKey || event.metaKey;
    if (busy || held || !Object.hasOwn(ACTS, event.key) || event.target.closest(TYPED)) {
      return;
    }
    event.preventDefault();
    ACTS[event.key]();
  });
})();
