// Before the first paint: the skin that the reader chose. Everything else waits for the page.
(function () {
  "use strict";
  var root = document.documentElement;
  var key = "skin";
  function stored() {
    try { return localStorage.getItem(key); } catch (error) { return null; }
  }
  function show(skin) {
    if (skin) { root.setAttribute("data-skin", skin); }
    var dark = skin ? skin === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    document.querySelectorAll("button[data-skin]").forEach(function (button) {
      var own = button.getAttribute("data-skin");
      button.setAttribute("aria-pressed", String(skin ? own === skin : own === (dark ? "dark" : "light")));
    });
  }
  show(stored());
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll(".skins").forEach(function (box) { box.hidden = false; });
    show(stored());
    document.addEventListener("click", function (event) {
      var button = event.target.closest("button[data-skin]");
      if (!button) { return; }
      var skin = button.getAttribute("data-skin");
      try { localStorage.setItem(key, skin); } catch (error) { /* Chosen for this page only. */ }
      show(skin);
    });
    document.querySelectorAll("[data-mail]").forEach(function (span) {
      var address = span.getAttribute("data-mail").split("").reverse().join("").replace(" ", "@");
      var link = document.createElement("a");
      link.href = "mailto:" + address;
      link.textContent = address;
      span.replaceWith(link);
    });
    var fold = document.querySelector(".menu-fold");
    if (fold && matchMedia("(min-width: 60rem)").matches) { fold.open = true; }
  });
})();
