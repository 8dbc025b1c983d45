// What makes the pages live: one stream a page that says that something moved, and asking behind it. Parts that change by
// themselves listen for "changed" on the body, and are asked for then; nothing here knows which they are.
"use strict";

(() => {
  const SLOW = 15000;   // between two questions while the stream is well
  const FAST = 2000;    // while it is not
  const QUIET = 20000;  // after so long without a word of it, it is not
  const HIDDEN = 60000; // a page that nobody looks at gives its connection back; the desk keeps it, for the title says who waits
  const byId = (id) => document.getElementById(id);
  const now = () => Date.now();
  let stream = null;
  let heard = 0;           // when the stream last said anything
  let asked = now();       // when the parts were last asked for
  let fresh = now();       // when we last knew that what is shown is so
  let hiddenSince = null;

  const well = () => stream !== null && now() - heard < QUIET;

  function changed() {
    asked = now();
    document.body.dispatchEvent(new CustomEvent("changed"));
  }

  function close() {
    stream?.close();
    stream = null;
  }

  function open() {
    close();
    const ours = stream = new EventSource("/live");
    const hears = () => { heard = fresh = now(); reached(true); };
    ours.addEventListener("changed", () => { hears(); changed(); });
    ours.addEventListener("beat", hears);
    ours.addEventListener("again", open);
    ours.addEventListener("error", () => {
      heard = 0;
      // It goes on trying by itself, unless what it was told was no stream.
      if (ours.readyState === EventSource.CLOSED) setTimeout(() => { if (stream === ours) open(); }, 5 * FAST);
    });
  }

  function tick() {
    const hidden = document.hidden ? (hiddenSince ??= now()) : (hiddenSince = null);
    if (hidden && stream && now() - hidden > HIDDEN && !byId("now")) close();
    if (now() - asked >= (well() || hidden ? SLOW : FAST)) changed();
    behind();
  }

  // When the helpline cannot be reached, say so and since when; say nothing once it can be.
  function reached(can) {
    const notice = byId("offline");
    if (!notice || notice.hidden === can) return;
    notice.querySelector("[data-time]").textContent =
      new Date().toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", hour12: true });
    notice.querySelector("[data-no-network]").hidden = navigator.onLine;
    notice.querySelector("[data-no-helpline]").hidden = !navigator.onLine;
    notice.hidden = can;
    if (can) document.dispatchEvent(new CustomEvent("reached"));
  }

  // A page that has not heard for a while says how old it is. Its words change seldom, so that nothing counts up.
  function behind() {
    const notice = byId("behind");
    if (!notice) return;
    const seconds = Math.floor((now() - fresh) / 1000);
    notice.hidden = seconds < QUIET / 1000 || !byId("offline").hidden || !document.querySelector("main [hx-trigger*='changed from']");
    const old = seconds < 60 ? `${seconds - (seconds % 10)}\u00a0seconds` : seconds < 3600 ? `${Math.floor(seconds / 60)}\u00a0min` : `${Math.floor(seconds / 3600)}\u00a0h`;
    notice.querySelector("[data-behind]").textContent = old;
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-look-again]")) return;
    event.preventDefault();
    changed();
    open();
  });

  document.addEventListener("htmx:error", (event) => {
    if (!event.detail?.ctx?.response) reached(false);
  });
  document.addEventListener("htmx:before:response", (event) => {
    reached(true);
    if (event.detail?.ctx?.response?.status < 500) fresh = now();
  });

  window.addEventListener("offline", () => reached(false));
  window.addEventListener("online", () => { open(); changed(); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    if (!well()) open();
    changed();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { open(); changed(); } });

  // After htmx has found the parts that listen, or the first word would be for nobody; and after the page has loaded, or it
  // would seem to be loading for as long as a proxy holds the stream back.
  window.addEventListener("load", () => setTimeout(() => { open(); setInterval(tick, 1000); }));
})();
