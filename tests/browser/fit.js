// What every screen keeps, as sentences about where it does not. Run inside the page; answers with a list.
({ phone }) => {
  const said = [];
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && !one.closest(".unseen");
  const named = (one) => {
    const words = (one.getAttribute("aria-label") || one.innerText || one.value || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${one.tagName.toLowerCase()}${one.id ? ` id=${one.id}` : ""}${one.className ? ` class="${one.className}"` : ""}> ${words}`;
  };

  // One answer, and the sections under it in order.
  const headings = [...document.querySelectorAll("h1, h2, h3, h4")].filter(shown);
  const levels = headings.map((one) => Number(one.ariaLevel ?? one.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) said.push(`there are ${levels.filter((level) => level === 1).length} h1`);
  levels.forEach((level, nth) => {
    if (nth > 0 && level > levels[nth - 1] + 1) said.push(`after an h${levels[nth - 1]} comes ${named(headings[nth])}`);
  });
  for (const one of headings) if (!one.innerText.trim()) said.push(`a heading without words: ${named(one)}`);
  if (document.documentElement.lang !== "en-GB") said.push("it does not say that it is in English");
  if (document.querySelectorAll("main").length !== 1) said.push("it has not one main part");

  // Nothing goes sideways.
  const over = document.documentElement.scrollWidth - window.innerWidth;
  if (over > 0) {
    const widest = [...document.body.querySelectorAll("*")].filter((one) => shown(one) && one.getBoundingClientRect().right > window.innerWidth + 1);
    said.push(`it is ${over} px too wide: ${widest.slice(-2).map(named).join("; ")}`);
  }

  // What can be pressed can be hit, and seen when it has the focus; the bar at the thumb never hides it.
  const bar = document.querySelector(".nav");
  const links = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  for (const one of [...document.querySelectorAll(links)].filter(shown)) {
    if (one.classList.contains("skip") || one.disabled) continue;
    const box = (one.closest(".chips label") ?? one).getBoundingClientRect();
    const inText = one.matches("a:not(.press), .as-link, summary:not(.press), [type=checkbox], [type=radio]") && !one.closest(".chips");
    const least = inText ? 24 : 44;
    const sentence = one.matches("a") && getComputedStyle(one).display === "inline";
    if (!sentence && (box.height < least - 0.5 || box.width < 23.5)) said.push(`${named(one)} is ${Math.round(box.width)} by ${Math.round(box.height)} px`);
    one.focus({ focusVisible: true });
    if (document.activeElement !== one) { said.push(`${named(one)} takes no focus`); continue; }
    const ringed = one.closest(".chips label") ?? one;
    const ring = getComputedStyle(ringed);
    if (ring.outlineStyle === "none" || parseFloat(ring.outlineWidth) < 2) said.push(`${named(one)} has the focus and does not show it`);
    if (!phone || one.closest(".nav")) continue;
    const now = ringed.getBoundingClientRect();
    const bottom = one.matches("textarea") ? now.top + 48 : now.bottom;  // there the line that is written is brought into sight
    const under = bar && getComputedStyle(bar).position === "fixed" && bottom > bar.getBoundingClientRect().top + 1;
    if (under && now.height < window.innerHeight / 2) said.push(`${named(one)} has the focus under the bar`);
  }
  document.activeElement?.blur();
  window.scrollTo(0, 0);
  return said;
}
