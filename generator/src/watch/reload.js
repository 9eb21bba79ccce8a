// Loads the open page again when a file of the site has changed, or gives it the new stylesheets.
(function () {
  "use strict";
  var script = document.currentScript;
  // The edition that this page is of. Whatever came before the first event is a change as well.
  var number = Number(script.getAttribute("data-edition"));
  // A fingerprint stands between the name and the suffix.
  function name(url) {
    return url.replace(/\.[0-9a-f]+\.css$/, "");
  }
  function restyle(urls) {
    document.querySelectorAll('link[rel="stylesheet"]').forEach(function (old) {
      urls.forEach(function (url) {
        if (url === old.getAttribute("href") || name(url) !== name(old.getAttribute("href"))) {
          return;
        }
        var link = old.cloneNode();
        link.href = url;
        // The old one goes when the new one is there, so that nothing flashes.
        link.onload = function () {
          old.remove();
        };
        old.after(link);
      });
    });
  }
  var events = new EventSource(script.getAttribute("data-events"));
  events.onmessage = function (event) {
    var edition = JSON.parse(event.data);
    if (edition.number !== number) {
      // Who has missed an edition does not know what else has changed.
      if (edition.change === "style" && edition.former === number) {
        restyle(edition.styles);
      } else {
        location.reload();
      }
    }
    number = edition.number;
  };
  // Or a page that is kept for the way back holds its connection, and a browser has few of them.
  addEventListener("pagehide", function () {
    events.close();
  });
})();
