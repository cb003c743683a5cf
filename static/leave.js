// Leave at once: the link, or Shift three times within five seconds, with no other key between.
// The page is replaced, so that the browser's Back does not return to it. Without this script the
// link still works.
(function () {
  "use strict";
  var link = document.querySelector("a#thoat-nhanh");
  var pressed = [];
  if (!link) return;

  function leave() {
    document.documentElement.hidden = true;
    location.replace(link.href);
  }

  link.addEventListener("click", function (event) {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", function (event) {
    if (event.repeat) return;
    pressed = event.key === "Shift" ? pressed.concat(Date.now()).slice(-3) : [];
    if (pressed.length === 3 && pressed[2] - pressed[0] <= 5000) leave();
  });
})();
