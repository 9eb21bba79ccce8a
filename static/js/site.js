// Before the first paint: the skin that the reader chose. The rest waits until the page is there.
(function () {
  "use strict";
  var root = document.documentElement;
  var skin = null;
  var members = document.currentScript.getAttribute("data-members");
  var drafts = document.currentScript.getAttribute("data-drafts");
  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }
  // Without a choice there is no attribute, and the system's light or dark decides.
  function show() {
    if (skin) {
      root.setAttribute("data-skin", skin);
    } else {
      root.removeAttribute("data-skin");
    }
    each("button[data-skin]", function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-skin") === skin));
    });
    // The server knows of the cookie alone.
    each("input[name=skin]", function (input) {
      input.checked = input.value === (skin || "system");
    });
  }
  // Chosen in the settings, it is in a cookie: the pages that the server makes for one person follow it without a script.
  // A name of its own: the minifier takes a pattern behind "return" for a division, and its space away.
  var skinCookie = /(?:^|; )((?:__Host-)?skin)=(\w*)/;
  function cookie() {
    return skinCookie.exec(document.cookie);
  }
  function tellServer() {
    var found = cookie();
    if (found) {
      document.cookie =
        found[1] + "=" + (skin || "system") + "; Path=/; SameSite=Lax; Max-Age=31536000" +
        (location.protocol === "https:" ? "; Secure" : "");
    }
  }
  // A pressed button pressed again takes the choice back.
  function choose(wanted) {
    skin = wanted === skin ? null : wanted;
    tellServer();
    try {
      if (skin) {
        localStorage.setItem("skin", skin);
      } else {
        localStorage.removeItem("skin");
      }
    } catch (error) {
      // Chosen for this page only.
    }
    show();
  }
  // Contacts stand in the page backwards, with a space for the at sign.
  function mail(element) {
    var address = element.getAttribute("data-mail").split("").reverse().join("").replace(" ", "@");
    var link = document.createElement("a");
    link.href = "mailto:" + address;
    link.textContent = address;
    element.textContent = "";
    element.appendChild(link);
  }
  function load(url) {
    var script = document.createElement("script");
    script.src = url;
    document.head.appendChild(script);
  }
  function storedDrafts() {
    try {
      return Object.keys(localStorage).filter(function (key) {
        return key.indexOf("draft ") === 0;
      });
    } catch (error) {
      return [];
    }
  }
  // Who writes nothing, and has nothing to get back, needs no script for it.
  function awaitWriting() {
    if (storedDrafts().length) {
      load(drafts);
    } else {
      document.addEventListener("focusin", function begin(event) {
        if (event.target.form && event.target.form.hasAttribute("data-draft")) {
          document.removeEventListener("focusin", begin);
          load(drafts);
        }
      });
    }
  }
  // Whoever logs out leaves nothing behind for the next one at the same screen.
  function forgetDrafts(event) {
    if (event.target.hasAttribute("data-forgets-drafts")) {
      storedDrafts().forEach(function (key) {
        localStorage.removeItem(key);
      });
    }
  }
  try {
    skin = localStorage.getItem("skin");
  } catch (error) {
    // No storage, no memory.
  }
  var chosen = cookie();
  if (chosen) {
    skin = chosen[2];
  }
  if (!/^(light|dark|historic)$/.test(skin)) {
    skin = null;
  }
  show();
  document.addEventListener("DOMContentLoaded", function () {
    show();
    each(".skins", function (box) {
      box.hidden = false;
    });
    each("button[data-skin]", function (button) {
      button.addEventListener("click", function () {
        choose(button.getAttribute("data-skin"));
      });
    });
    each("[data-mail]", mail);
    // Only a hint that somebody is logged in; without it nothing is asked.
    if (members && /(^|; )(__Host-)?member=1/.test(document.cookie)) {
      load(members);
    }
    if (drafts) {
      awaitWriting();
      document.addEventListener("submit", forgetDrafts);
    }
  });
})();
