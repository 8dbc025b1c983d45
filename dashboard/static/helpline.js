// What the pages do beyond links and forms. Everything works without it, only less handily.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);

  // A second press does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.once) return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "yes";
    const button = event.submitter;
    if (button) {
      button.setAttribute("aria-busy", "true");
      button.dataset.words = button.innerHTML;
      setTimeout(() => { button.textContent = form.dataset.once; });
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
    for (const button of document.querySelectorAll("button[aria-busy]")) {
      button.removeAttribute("aria-busy");
      if ("words" in button.dataset) button.innerHTML = button.dataset.words;
    }
  });

  // The same for the buttons that change a part of the page: not while the press is under way, nor as half of a double click,
  // whose second half may fall on another button that has come there meanwhile.
  // Kept by address, because the clock may draw the form again before the answer comes.
  const underWay = new Set();
  function pressed(event) {
    const button = event.target.closest?.("form[hx-post] button");
    if (button && (event.detail > 1 || underWay.has(button.form.action))) {
      event.preventDefault();
      event.stopPropagation();
    }
  }
  document.addEventListener("click", pressed, true);
  document.addEventListener("htmx:before:request", (event) => {
    const form = event.target.closest?.("form[hx-post]");
    if (!form) return;
    const button = form.querySelector("button");
    underWay.add(form.action);
    button.setAttribute("aria-busy", "true");
    event.detail.ctx.pressed = { action: form.action, button, cell: form.closest(".shift")?.id };
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const pressed = event.detail?.ctx?.pressed;
    if (!pressed) return;
    underWay.delete(pressed.action);
    pressed.button.removeAttribute("aria-busy");
    // Whoever took a shift by keyboard stays in its cell, though the button has gone; and what was done can be undone where it is said.
    if (pressed.button.isConnected) return;
    if (pressed.cell) byId(pressed.cell)?.focus();
    else if (pressed.action.endsWith("/done")) byId("news")?.focus();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href='#no-request']");
    if (link) byId("no-request").open = true;
  });

  function look() { byId("promise-source")?.dispatchEvent(new Event("look")); }

  // The street: type, down and up, Enter takes, Esc closes.
  function combobox(street) {
    const list = byId("streets");
    const picked = byId("street_id");
    const radios = () => street.form.querySelectorAll("input[type=radio][name=street_id]");
    const options = () => [...list.querySelectorAll("[role=option]")];
    let moved = false;  // whether the arrows were used in the list as it is now
    const chosen = () => options().find((one) => one.getAttribute("aria-selected") === "true");
    function open(wanted) {
      list.hidden = !wanted || options().length === 0;
      street.setAttribute("aria-expanded", String(!list.hidden));
      if (list.hidden) street.removeAttribute("aria-activedescendant");
    }
    function mark(option) {
      for (const one of options()) one.setAttribute("aria-selected", String(one === option));
      if (option) {
        street.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    }
    function take(option) {
      if (option.dataset.name) street.value = option.dataset.name;
      if (picked) picked.value = option.dataset.id;
      for (const radio of radios()) radio.checked = radio.value === option.dataset.id;
      byId("street_was").value = street.value;
      open(false);
      street.form.dispatchEvent(new Event("input"));
      look();
    }
    street.addEventListener("input", () => {
      if (picked) picked.value = "";
      for (const radio of radios()) radio.checked = false;
      look();
    });
    for (const radio of radios()) radio.addEventListener("change", look);
    function fresh() {
      moved = false;
      mark(options()[0]);
      open(document.activeElement === street);
    }
    list.addEventListener("htmx:after:swap", fresh);
    street.addEventListener("htmx:after:swap", fresh);
    street.addEventListener("keydown", (event) => {
      const all = options();
      if (event.key === "Escape") { open(false); return; }
      if (!["ArrowDown", "ArrowUp", "Enter"].includes(event.key) || event.ctrlKey || all.length === 0) return;
      if (event.key === "Enter" && list.hidden) return;
      event.preventDefault();
      if (event.key === "Enter") { if (chosen()) take(chosen()); return; }
      if (list.hidden) open(true);
      // The first is marked before anybody has moved, so the first press down only says that it is meant.
      const down = event.key === "ArrowDown";
      const next = !moved ? (down ? 0 : -1) : all.indexOf(chosen()) + (down ? 1 : -1);
      moved = true;
      mark(all[(next + all.length) % all.length]);
    });
    list.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) { event.preventDefault(); take(option); }
    });
    // Not at once: what is below would move away under whoever is pressing it.
    street.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== street) open(false); }, 200));
  }

  function begin(root) {
    const form = root.querySelector("#request-form");
    if (form && !form.dataset.begun) {
      form.dataset.begun = "yes";
      combobox(byId("street"));
      byId("house").addEventListener("change", look);
      for (const when of form.querySelectorAll("[name=urgency], [name=day], [name=time]")) when.addEventListener("change", look);
      form.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && event.ctrlKey) form.requestSubmit(form.querySelector("button.main[type=submit]"));
        // Enter in a field is not "save": that would send half a request.
        else if (event.key === "Enter" && event.target.matches("input:not([type=checkbox], [type=radio])")) event.preventDefault();
      });
      if ("refused" in form.dataset) form.querySelector("[aria-invalid]")?.closest(".entry").querySelector("input, textarea").focus();
    }
    for (const button of root.querySelectorAll("[data-copy]")) {
      if (!navigator.clipboard) continue;
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(byId(button.dataset.copy).textContent);
        byId("copied").textContent = "Copied. Paste it into the chat.";
      });
    }
  }

  function start() { begin(document); }

  document.addEventListener("htmx:after:swap", () => begin(document));

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
