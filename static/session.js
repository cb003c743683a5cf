// Warn two minutes before the session closes itself. "Stay" opens a tab of its own, so what is being
// written here is not lost; it works without this script, which only moves the warning.
(function () {
  "use strict";
  var WARNING = 120;
  var place = document.getElementById("sap-dong");
  if (!place) return;
  var begun = Date.now();
  var idle = Number(place.dataset.idle);
  var most = Number(place.dataset.most);
  var closes = Number(place.dataset.left);

  function passed() {
    return (Date.now() - begun) / 1000;
  }

  function look() {
    var near = closes - passed() <= WARNING;
    if (near !== (place.textContent !== "")) place.textContent = near ? place.dataset.words : "";
  }

  document.addEventListener("submit", function (event) {
    if (event.target.target !== "_blank") return;
    closes = Math.min(passed() + idle, most);
    look();
  });
  setInterval(look, 5000);
  look();
})();
