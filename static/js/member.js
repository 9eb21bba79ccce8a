// On static pages, for those who are logged in: their nick and links, ways to edit what they wrote, their vote.
(function () {
  "use strict";
  function link(title, url) {
    var element = document.createElement("a");
    element.href = url;
    element.textContent = title;
    return element;
  }
  function showAccount(me) {
    var box = document.getElementById("account");
    if (!box) {
      return;
    }
    box.textContent = "";
    box.appendChild(link(me.nick, me.settings_url));
    if (me.office) {
      box.appendChild(link(me.office.title, me.office.url));
    }
    var form = document.createElement("form");
    form.method = "post";
    form.action = me.logout.url;
    var button = document.createElement("button");
    button.textContent = me.logout.title;
    form.appendChild(button);
    box.appendChild(form);
  }
  // The server decides; here it is only not offered when it is certainly too late.
  function isFresh(comment, seconds) {
    var time = comment.querySelector("time");
    return time && Date.now() - Date.parse(time.getAttribute("datetime")) < seconds * 1000;
  }
  function showOwn(me, section) {
    var area = section.getAttribute("data-area");
    Array.prototype.forEach.call(section.querySelectorAll(".comment"), function (comment) {
      var nick = comment.querySelector("a.nick");
      if (!nick || nick.getAttribute("href") !== me.profile_url) {
        return;
      }
      var ways = document.createElement("p");
      ways.className = "own";
      var base = area + comment.id.slice(1) + "/";
      if (isFresh(comment, me.edit_seconds)) {
        ways.appendChild(link(me.edit.title, base + me.edit.url + "/"));
      }
      ways.appendChild(link(me["delete"].title, base + me["delete"].url + "/"));
      comment.appendChild(ways);
    });
  }
  function showOffice(item, id) {
    var ways = document.createElement("p");
    ways.className = "own";
    ways.appendChild(link(item.title, item.url + id + "/"));
    var head = document.querySelector("main h1");
    if (head) {
      head.parentNode.appendChild(ways);
    }
  }
  function showVote(vote) {
    Array.prototype.forEach.call(document.querySelectorAll("#vote input[name=stars]"), function (input) {
      input.checked = input.value === String(vote.stars);
      input.disabled = vote.is_final && !input.checked;
    });
  }
  var creation = document.querySelector("input[name=creation]");
  fetch("/api/me" + (creation ? "?creation=" + creation.value : ""), { headers: { accept: "application/json" } })
    .then(function (response) {
      return response.ok ? response.json() : {};
    })
    .then(function (me) {
      if (!me.nick) {
        return;
      }
      showAccount(me);
      Array.prototype.forEach.call(document.querySelectorAll("[data-area]"), function (section) {
        showOwn(me, section);
      });
      if (me.vote) {
        showVote(me.vote);
      }
      if (me.office_item && creation) {
        showOffice(me.office_item, creation.value);
      }
    })
    .catch(function () {
      // The page is whole without it.
    });
})();
