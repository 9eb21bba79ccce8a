// What somebody is writing stays in this browser until it has arrived. A form marked `data-draft` gets back what was typed
// into it; nothing is sent anywhere, and no form with a password is ever kept. Loaded by site.js where there is need.
(function () {
  "use strict";
  var PREFIX = "draft ";
  var PENDING = "draft-sent";
  var SEEN = "draft-fresh";
  var AGE_MAX_MS = 30 * 24 * 3600 * 1000;
  // The longest work, and what else is in its form; twice as many are kept, the original beside what was typed.
  var CHARS_MAX = 600000;
  var PAUSE_MS = 300;
  // Not how somebody is reached: the browser may be another one's as well.
  var KEPT = ["text", "url", "search", "number", "checkbox", "radio", "textarea", "select-one"];

  // Storage may be forbidden, or full: then nothing is kept, and the form works as without a script.
  function attempt(act) {
    try {
      return act();
    } catch (error) {
      return null;
    }
  }
  function each(list, act) {
    Array.prototype.forEach.call(list, act);
  }
  function keyOf(form) {
    var about = form.elements.namedItem("creation");
    return PREFIX + new URL(form.action, location.href).pathname + (about && about.value ? "?" + about.value : "");
  }
  function fieldsOf(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && field.name !== "homepage" && KEPT.indexOf(field.type) >= 0;
    });
  }
  function isTick(field) {
    return field.type === "checkbox" || field.type === "radio";
  }
  function nameOf(field) {
    return isTick(field) ? field.name + "=" + field.value : field.name;
  }
  function valueOf(field) {
    return isTick(field) ? field.checked : field.value;
  }
  function originalOf(field) {
    if (isTick(field)) {
      return field.defaultChecked;
    }
    if (field.type !== "select-one") {
      return field.defaultValue;
    }
    var chosen = Array.prototype.filter.call(field.options, function (option) {
      return option.defaultSelected;
    })[0];
    return (chosen || field.options[0] || { value: "" }).value;
  }
  function values(form, of) {
    var found = {};
    each(fieldsOf(form), function (field) {
      found[nameOf(field)] = of(field);
    });
    return found;
  }
  function put(form, from) {
    each(fieldsOf(form), function (field) {
      var value = from[nameOf(field)];
      if (typeof value === "boolean" && isTick(field)) {
        field.checked = value;
      } else if (typeof value === "string" && !isTick(field)) {
        field.value = value;
      }
    });
  }
  function hasText(form) {
    return Array.prototype.some.call(form.elements, function (field) {
      return field.type === "textarea" && field.defaultValue.trim() !== "";
    });
  }
  function draftOf(key) {
    return attempt(function () {
      return JSON.parse(localStorage.getItem(key));
    });
  }
  function forget(key) {
    attempt(function () {
      localStorage.removeItem(key);
    });
  }
  function save(form) {
    var now = JSON.stringify(values(form, valueOf));
    var original = JSON.stringify(values(form, originalOf));
    var key = keyOf(form);
    // An older draft must not come back in place of what cannot be kept.
    forget(key);
    if ((now !== original || hasText(form)) && now.length <= CHARS_MAX) {
      attempt(function () {
        localStorage.setItem(key, JSON.stringify({ at: Date.now(), original: original, fields: JSON.parse(now) }));
      });
    }
  }
  function showRestored(form) {
    var note = document.createElement("p");
    note.className = "notice draft-notice";
    note.setAttribute("role", "status");
    note.textContent = form.getAttribute("data-draft") + " ";
    var button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet";
    button.textContent = form.getAttribute("data-draft-discard");
    button.addEventListener("click", function () {
      put(form, values(form, originalOf));
      forget(keyOf(form));
      note.parentNode.removeChild(note);
    });
    note.appendChild(button);
    form.insertBefore(note, form.firstChild);
  }
  function isUntouched(form) {
    return JSON.stringify(values(form, valueOf)) === JSON.stringify(values(form, originalOf));
  }
  // What the page itself holds is newer than a draft of another text, unless it holds none.
  function restore(form) {
    var draft = draftOf(keyOf(form));
    if (!draft || !draft.fields) {
      return;
    }
    var original = JSON.stringify(values(form, originalOf));
    var fits = draft.original === original || !hasText(form);
    if (fits && JSON.stringify(draft.fields) !== original) {
      put(form, draft.fields);
      showRestored(form);
    }
  }
  function keep(form) {
    var timer = null;
    function now() {
      clearTimeout(timer);
      timer = null;
      save(form);
    }
    function soon() {
      clearTimeout(timer);
      timer = setTimeout(now, PAUSE_MS);
    }
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    window.addEventListener("pagehide", function () {
      if (timer) {
        now();
      }
    });
    form.addEventListener("submit", function () {
      now();
      attempt(function () {
        sessionStorage.setItem(PENDING, keyOf(form));
      });
    });
  }
  function endSending() {
    attempt(function () {
      sessionStorage.removeItem(PENDING);
    });
  }
  function clean() {
    attempt(function () {
      Object.keys(localStorage).forEach(function (key) {
        if (key.indexOf(PREFIX) === 0 && !(Date.now() - (draftOf(key) || { at: 0 }).at < AGE_MAX_MS)) {
          forget(key);
        }
      });
    });
  }

  var forms = Array.prototype.filter.call(document.querySelectorAll("form[data-draft]"), function (form) {
    return !form.querySelector("input[type=password]");
  });
  var pending = attempt(function () {
    return sessionStorage.getItem(PENDING);
  });
  // What was sent has arrived where the answer to it says so: a page that was not there before, reached from the form by
  // way of nothing but the login and errors that have it sent again. Whoever turns aside has not sent it yet.
  var fresh = (/[?&]fresh=([^&]*)/.exec(location.search) || [])[1];
  var isNew = fresh && fresh !== attempt(function () {
    return sessionStorage.getItem(SEEN);
  });
  var isFollowed = document.referrer.indexOf(location.origin + "/") === 0;
  var hasArrived = isFollowed && (isNew || document.querySelector("[data-draft-done]"));
  var isOnTheWay = document.querySelector("input[type=password]");
  if (fresh) {
    attempt(function () {
      sessionStorage.setItem(SEEN, fresh);
    });
  }
  if (pending && hasArrived) {
    forget(pending);
  }
  if (hasArrived || !isOnTheWay) {
    endSending();
  }
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      endSending();
    }
  });
  clean();
  forms.forEach(function (form) {
    if (isUntouched(form)) {
      restore(form);
    } else {
      // Somebody types faster than this script came.
      save(form);
    }
    keep(form);
  });
})();
