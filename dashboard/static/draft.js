// What is typed into a request form is kept as it goes: on this computer at once, and with the helpline a moment later. It is wiped
// here when the request is saved, the call came to something else, or somebody signs out.
"use strict";

(() => {
  const DRAFT = "helpline.draft.";
  const SENT = "helpline.sent";
  const HALF_A_DAY = 12 * 60 * 60 * 1000;
  const PAUSE = 1200;     // after the last key
  const AT_LATEST = 5000; // after the first that is not kept with us
  const PATIENCE = 8000;
  const byId = (id) => document.getElementById(id);
  let form = null;
  let timer = null;
  let unsent = null;   // since when something here is not with us
  let savedAt = null;
  let changes = 0;
  let asking = false;  // whether a press on save is finding out if we can be reached
  let waiting = null;  // the button of a press that waits until we can
  let over = false;    // whether what is here is on its way to be a request, or nothing

  function store(kind) {
    try { return window[kind]; } catch { return null; }
  }
  const local = store("localStorage");

  // The token is of this sign-in, and the call of this page.
  function fields() {
    return [...form.elements].filter((one) => one.name && one.name !== "csrf" && one.name !== "call");
  }
  function keep(sent) {
    const kept = fields().map((one) =>
      one.type === "checkbox" || one.type === "radio" ? [one.name, one.value, one.checked] : [one.name, one.value]);
    try {
      local?.setItem(DRAFT + form.dataset.draft, JSON.stringify({ at: Date.now(), sent, kept }));
      return true;
    } catch { return false; /* a full or forbidden store loses only this copy */ }
  }
  function read(name) {
    try { return JSON.parse(local?.getItem(DRAFT + name) ?? "null"); } catch { return null; }
  }
  function forget(name) { local?.removeItem(DRAFT + name); }
  function names() {
    return Object.keys(local ?? {}).filter((key) => key.startsWith(DRAFT)).map((key) => key.slice(DRAFT.length));
  }
  function forgetKey(key) {
    for (const name of names()) if (read(name)?.kept?.some(([field, value]) => field === "form_key" && value === key)) forget(name);
  }

  function say() {
    const note = byId("draft-note");
    if (!note || !form) return;
    if (unsent !== null) { note.textContent = "Kept on this computer"; return; }
    if (savedAt === null) return;
    const seconds = Math.round((Date.now() - savedAt) / 1000);
    note.textContent = seconds < 60 ? `Saved ${Math.max(seconds, 1)}\u00a0s ago` : `Saved ${Math.floor(seconds / 60)}\u00a0min ago`;
  }

  function typed() {
    if (over) return;
    changes += 1;
    unsent ??= Date.now();
    keep(false);
    stopWaiting();
    say();
    clearTimeout(timer);
    timer = setTimeout(send, Math.max(0, Math.min(PAUSE, unsent + AT_LATEST - Date.now())));
  }

  // Whether we could be reached; what came of it otherwise is told when the form itself is sent.
  async function send({ keepalive = false } = {}) {
    clearTimeout(timer);
    const upTo = changes;
    try {
      const answer = await fetch("/drafts", {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        redirect: "manual",
        keepalive,
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.status === 204 && upTo === changes) {
        unsent = null;
        savedAt = Date.now();
        keep(true);
        say();
      }
      return ![502, 503, 504].includes(answer.status);
    } catch {
      return false;
    }
  }

  function stopWaiting() {
    waiting = null;
    if (byId("not-sent")) byId("not-sent").hidden = true;
  }

  // A press on save first finds out whether we can be reached, so that a browser's own page about it never takes the form away.
  async function press(event) {
    if (event.target !== form || over) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asking) return;
    asking = true;
    const button = event.submitter ?? form.querySelector("button.main[type=submit]");
    button.setAttribute("aria-busy", "true");
    stopWaiting();
    const reached = await send();
    asking = false;
    button.removeAttribute("aria-busy");
    if (reached) {
      over = true;
      store("sessionStorage")?.setItem(SENT, form.elements.form_key.value);
      form.requestSubmit(button);
      return;
    }
    waiting = button;
    byId("not-sent").hidden = false;
  }

  function reached() {
    if (!form || over) return;
    if (waiting) form.requestSubmit(waiting);
    else if (unsent !== null) send();
  }

  // What is here only is newer than what we were sent; otherwise what we have may have been gone on with elsewhere.
  function recall() {
    const draft = read(form.dataset.draft);
    if (!draft || Date.now() - draft.at > HALF_A_DAY) { forget(form.dataset.draft); return; }
    if ("kept" in form.dataset && draft.sent) return;
    for (const [name, value, checked] of draft.kept) {
      for (const one of fields().filter((field) => field.name === name)) {
        if (checked === undefined) one.value = value;
        else if (one.value === value) one.checked = checked;
        // What is folded away as long as it is empty is not, when it is not.
        if (one.type !== "hidden" && (checked || (checked === undefined && value))) one.closest("details")?.setAttribute("open", "");
      }
    }
    byId("draft-note").textContent = "Kept from before";
    if (!draft.sent) { unsent = Date.now(); timer = setTimeout(send, PAUSE); }
    // htmx may not listen yet: it begins only after this script, and has by the time the page is loaded.
    const look = () => setTimeout(() => byId("promise-source")?.dispatchEvent(new Event("look")));
    if (document.readyState === "complete") look();
    else window.addEventListener("load", look, { once: true });
  }

  function begin() {
    const found = byId("request-form");
    if (!found || found === form) return;
    form = found;
    unsent = savedAt = waiting = null;
    over = asking = false;
    form.addEventListener("input", typed);
    if ("refused" in form.dataset) return;
    if ("kept" in form.dataset) byId("draft-note").textContent = "Kept from before";
    recall();
  }

  document.addEventListener("submit", press, true);
  document.addEventListener("submit", (event) => {
    const sent = event.target.dataset;
    if ("wipe" in sent) names().forEach(forget);
    if (sent.wipeKey) forgetKey(sent.wipeKey);
    if (sent.wipeForm) {
      over = true;
      store("sessionStorage")?.setItem(SENT, sent.wipeForm);
    }
  });

  // Only the page that says it is saved is a reason to let go of the words: a refusal, or a fault of ours, is not. What was sent is
  // known by its key, under whatever name it was begun here, or by the call that came to something else.
  function start() {
    const session = store("sessionStorage");
    const sent = session?.getItem(SENT);
    const news = new URLSearchParams(location.search).get("news");
    if (sent && ["saved", "outcome"].includes(news)) {
      forget(sent);
      forgetKey(sent);
    }
    session?.removeItem(SENT);
    if (document.querySelector("main.signin")) names().forEach(forget);
    begin();
  }

  document.addEventListener("htmx:after:swap", begin);
  document.addEventListener("reached", reached);
  window.addEventListener("online", reached);
  window.addEventListener("pagehide", () => { if (form && unsent !== null && !over) send({ keepalive: true }); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) over = asking = false; });
  setInterval(say, 5000);

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
