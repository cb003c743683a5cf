// Ask the browser for a passkey, or to make one, and send its answer with the form around the button.
// What it is asked stands in the page: nothing is fetched, so the page may connect to nothing.
(function () {
  "use strict";
  var place = document.querySelector("[data-passkey]");
  if (!place || !window.PublicKeyCredential) return;
  var without = document.getElementById("khong-khoa");
  var button = place.querySelector("button");
  var told = place.querySelector("[role=alert]");
  var form = place.closest("form");
  var ask = JSON.parse(place.dataset.ask);

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (each) { return each.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function send(made) {
    var response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature"].forEach(function (name) {
      if (made.response[name]) response[name] = text(made.response[name]);
    });
    var answer = { id: made.id, rawId: text(made.rawId), type: made.type, response: response };
    form.elements.passkey.value = JSON.stringify(answer);
    form.submit();
  }

  function open(described) {
    return Object.assign({}, described, { id: bytes(described.id) });
  }

  ask.challenge = bytes(ask.challenge);
  if (ask.user) ask.user.id = bytes(ask.user.id);
  if (ask.allowCredentials) ask.allowCredentials = ask.allowCredentials.map(open);
  if (ask.excludeCredentials) ask.excludeCredentials = ask.excludeCredentials.map(open);
  button.addEventListener("click", function () {
    var asked = place.dataset.passkey === "make"
      ? navigator.credentials.create({ publicKey: ask })
      : navigator.credentials.get({ publicKey: ask });
    told.textContent = "";
    asked.then(send).catch(function () { told.textContent = place.dataset.failed; });
  });
  place.hidden = false;
  if (without) without.hidden = true;
})();
