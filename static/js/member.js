// On static pages, for those who are logged in: their nick, what waits for them, ways to edit what is theirs, their vote,
// and what only members see. All of it is behind plain links as well.
(function () {
  "use strict";
  function link(title, url) {
    var element = document.createElement("a");
    element.href = url;
    element.textContent = title;
    return element;
  }
  function each(list, act) {
    Array.prototype.forEach.call(list, act);
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
    me.waiting.forEach(function (waiting) {
      var what = link(waiting.title, waiting.url);
      what.className = "waiting";
      box.appendChild(what);
    });
    var form = document.createElement("form");
    form.setAttribute("data-forgets-drafts", "");
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
  function ways(links) {
    var paragraph = document.createElement("p");
    paragraph.className = "own";
    links.forEach(function (each) {
      paragraph.appendChild(link(each.title, each.url));
    });
    return paragraph;
  }
  function showMessages(me, section, office) {
    var area = section.getAttribute("data-area");
    each(section.querySelectorAll(".comment"), function (comment) {
      var nick = comment.querySelector("a.nick");
      var id = comment.id.slice(1);
      var base = area + id + "/";
      var links = [];
      if (nick && nick.getAttribute("href") === me.profile_url) {
        if (isFresh(comment, me.edit_seconds)) {
          links.push({ title: me.edit.title, url: base + me.edit.url + "/" });
        }
        links.push({ title: me["delete"].title, url: base + me["delete"].url + "/" });
      }
      if (office) {
        links.push({ title: office.title, url: office.url + id + "/" });
      }
      if (links.length) {
        comment.appendChild(ways(links));
      }
    });
  }
  // What can be done with the page as a whole.
  function showWays(links) {
    var head = document.querySelector("main h1");
    if (head && links.length) {
      head.parentNode.appendChild(ways(links));
    }
  }
  function showOwnAds(me) {
    me.own_ads.forEach(function (anchor) {
      var ad = document.getElementById(anchor);
      if (ad) {
        ad.appendChild(ways([me.own]));
      }
    });
  }
  function showVote(vote) {
    each(document.querySelectorAll("#vote input[name=stars]"), function (input) {
      input.checked = input.value === String(vote.stars);
      input.disabled = vote.is_final && !input.checked;
    });
  }
  function showContacts(contacts) {
    var place = document.getElementById("contacts");
    var index = document.querySelector(".profile .card-index");
    if (!place || !index || !contacts.length) {
      return;
    }
    contacts.forEach(function (contact) {
      var row = document.createElement("div");
      var label = document.createElement("dt");
      var value = document.createElement("dd");
      label.textContent = contact.label;
      if (contact.url) {
        value.appendChild(link(contact.text, contact.url));
      } else {
        value.textContent = contact.text;
      }
      row.appendChild(label);
      row.appendChild(value);
      index.appendChild(row);
    });
    place.parentNode.removeChild(place);
  }
  function listOf(votes) {
    var list = document.createElement("dl");
    list.className = "voters";
    votes.groups.forEach(function (group) {
      var row = document.createElement("div");
      var stars = document.createElement("dt");
      var names = document.createElement("dd");
      stars.textContent = group.stars + " – " + group.word;
      group.voters.forEach(function (voter, at) {
        names.appendChild(document.createTextNode(at ? ", " : ""));
        var name = link(voter.nick, voter.url);
        name.className = "nick";
        names.appendChild(name);
      });
      row.appendChild(stars);
      row.appendChild(names);
      list.appendChild(row);
    });
    return list;
  }
  // Asked for when somebody wants to see it; where that fails, the link leads to the same as a page.
  function awaitVoters(place, id) {
    var way = place.querySelector("a");
    way.addEventListener("click", function (event) {
      event.preventDefault();
      ask("/api/voters?creation=" + id)
        .then(function (votes) {
          if (!votes.groups || !votes.groups.length) {
            throw new Error("nothing to show");
          }
          place.parentNode.replaceChild(listOf(votes), place);
        })
        .catch(function () {
          location.assign(way.href);
        });
    });
  }
  function ask(url) {
    return fetch(url, { headers: { accept: "application/json" }, redirect: "error" }).then(function (response) {
      return response.ok ? response.json() : {};
    });
  }
  var creation = document.querySelector("input[name=creation]");
  var profile = document.querySelector("[data-member]");
  var board = document.querySelector("[data-board]");
  var voters = document.getElementById("voters");
  var about = creation
    ? "?creation=" + creation.value
    : profile
      ? "?member=" + profile.getAttribute("data-member")
      : board
        ? "?board=" + board.getAttribute("data-board")
        : "";
  ask("/api/me" + about)
    .then(function (me) {
      if (!me.nick) {
        return;
      }
      showAccount(me);
      each(document.querySelectorAll("[data-area]"), function (section) {
        showMessages(me, section, creation || !section.querySelector("#posts") ? me.office_comment : me.office_post);
      });
      if (me.vote) {
        showVote(me.vote);
      }
      var links = me.own && !board ? [me.own] : [];
      if (me.office_item && creation) {
        links.push({ title: me.office_item.title, url: me.office_item.url + creation.value + "/" });
      }
      showWays(links);
      showOwnAds(me);
      showContacts(me.contacts);
      if (voters && creation) {
        awaitVoters(voters, creation.value);
      }
    })
    .catch(function () {
      // The page is whole without it.
    });
})();
