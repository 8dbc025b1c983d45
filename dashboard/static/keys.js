// Keys: Ctrl and Enter saves what is being written. Single keys only where somebody has switched them on, and never in a field.
"use strict";

(() => {
  const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
  const byId = (id) => document.getElementById(id);

  const keys = {
    n: () => (byId("words") ? byId("words").focus() : location.assign("/requests/new")),
    o: () => {
      const first = document.querySelector("#owed li a, #owed li button");
      if (first) first.focus();
      else if (!byId("owed")) location.assign("/#owed");
    },
    "/": () => {
      const search = document.querySelector("main input[type=search]");
      if (search) search.focus();
      else location.assign("/requests#search");
    },
    h: () => document.querySelector("#now form[action$='/hold'] button, #now form[action$='/back'] button")?.click(),
    "?": () => byId("keys-list")?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey && event.target.matches("textarea") && event.target.form?.id !== "request-form") {
      event.target.form?.requestSubmit();
      return;
    }
    if (!("keys" in document.body.dataset) || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.closest?.(FIELDS) || document.querySelector("dialog[open]")) return;
    const press = keys[event.key];
    if (!press) return;
    event.preventDefault();
    press();
  });
})();
