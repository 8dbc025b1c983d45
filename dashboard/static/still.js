// What somebody is in the middle of keeps still. A part marked data-still that has the keyboard in it is not drawn again by itself:
// it says how much is new, and shows it when asked, or when the keyboard leaves. What has focus stays where it is on the screen.
"use strict";

(() => {
  const kept = new Map();  // what came for a part meanwhile, by its id
  let anchor = null;

  const byItself = (ctx) => ctx?.sourceEvent?.type === "changed";
  const isIn = (part) => part.contains(document.activeElement);

  function tell(part, html) {
    const notice = part.querySelector("[data-new]");
    if (!notice) return;
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const rows = [...fresh.querySelectorAll("li[id], .entry[id]")].filter((row) => !document.getElementById(row.id));
    notice.hidden = rows.length === 0;
    notice.querySelector("[data-many]").textContent = rows.length;
    notice.dataset.first = rows[0]?.id ?? "";
  }

  function draw(part) {
    const text = kept.get(part.id);
    kept.delete(part.id);
    if (text) return htmx.swap({ sourceElement: part, target: part, swap: "outerMorph", text });
  }

  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    const there = document.activeElement;
    anchor = byItself(ctx) && there && there !== document.body ? { there, top: there.getBoundingClientRect().top } : null;
    // Or the browser would put right what we do as well.
    document.documentElement.classList.toggle("holds", anchor !== null);
    const parts = new Map(tasks.map((task) =>
      [task, typeof task.target === "string" ? document.querySelector(task.target) : task.target]));
    for (const [task, part] of parts) {
      if (!part?.matches?.("[data-still]")) continue;
      if (!byItself(ctx) || !isIn(part)) { kept.delete(part.id); continue; }
      tasks.splice(tasks.indexOf(task), 1);
      const html = [...task.fragment.children].map((one) => one.outerHTML).join("");
      kept.set(part.id, html);
      tell(part, html);
    }
  });

  document.addEventListener("htmx:after:swap", () => {
    if (!anchor) return;
    const moved = anchor.there.isConnected ? anchor.there.getBoundingClientRect().top - anchor.top : 0;
    if (moved) window.scrollBy({ top: moved, behavior: "instant" });
    anchor = null;
    requestAnimationFrame(() => requestAnimationFrame(() => document.documentElement.classList.remove("holds")));
  });

  document.addEventListener("click", async (event) => {
    const notice = event.target.closest("[data-new] button")?.closest("[data-new]");
    if (!notice) return;
    await draw(notice.closest("[data-still]"));
    document.getElementById(notice.dataset.first)?.querySelector("a, button")?.focus();
  });

  document.addEventListener("focusout", (event) => {
    const part = event.target.closest?.("[data-still]");
    // The next place has the keyboard only after this.
    if (part) setTimeout(() => { if (part.isConnected && kept.has(part.id) && !isIn(part)) draw(part); });
  });
})();
