// The switchboard. Cards are made once and then only amended, so nothing anybody is typing is ever touched.
"use strict";

const cards = new Map();
const find = (id) => document.getElementById(id);
const EVERY = 500;
const HABITS = {
  answerphone: "Quiet, with its answerphone on",
  "no answer": "Quiet, with nobody near it",
  busy: "Engaged",
  off: "Switched off",
  dead: "A number that is no longer in use",
};
let known = "";

function say(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

function time(at) {
  return new Date(at).toLocaleTimeString("en-GB");
}

function stateWords(phone) {
  if (phone.state === "ringing") return `Ringing, from ${phone.other}`;
  if (phone.state === "talking") return `Talking to ${phone.other}`;
  if (phone.state === "on a call") return `On a call with ${phone.other}`;
  return HABITS[phone.behaviour] ?? "Quiet";
}

async function act(card, action, told = {}) {
  const answer = await fetch(`/telephones/${encodeURIComponent(card.number)}/${action}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(told),
  });
  const state = await answer.json();
  say(card.part(".refused"), answer.ok ? "" : state.refused || "That could not be done.");
  if (answer.ok) amend(card, state);
  look();
  return answer.ok;
}

function makeCard(phone) {
  const node = find("telephone").content.firstElementChild.cloneNode(true);
  const card = { node, number: phone.number, call: null, lines: 0, texts: "", part: (what) => node.querySelector(what) };
  node.id = `t${phone.number.replace(/\D/g, "")}`;
  say(card.part(".number"), phone.number);
  node.setAttribute("aria-label", phone.name);
  for (const button of node.querySelectorAll("[data-act]")) {
    button.setAttribute("aria-label", `${button.textContent}: ${phone.name}`);
    button.addEventListener("click", () => pressed(card, button));
  }
  for (const key of "123456789*0#") card.part(".keypad").append(makeKey(card, key));
  card.part(".habit select").addEventListener("change", (event) => act(card, "behave", { behaviour: event.target.value }));
  card.part(".habit select").setAttribute("aria-label", `When it rings: ${phone.name}`);
  onSubmit(card, ".speak", "words", "speak");
  onSubmit(card, ".send", "body", "text");
  node.addEventListener("keydown", (event) => typedKey(card, event));
  return card;
}

function makeKey(card, key) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = key;
  button.addEventListener("click", () => act(card, "press", { keys: key }));
  return button;
}

function pressed(card, button) {
  const withheld = card.part(".withheld input").checked;
  act(card, button.dataset.act, button.dataset.act === "dial" ? { withheld } : {});
}

function typedKey(card, event) {
  const typing = event.target.matches("input, textarea, select");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || !/^[0-9*#]$/.test(event.key)) return;
  if (card.node.classList.contains("live")) act(card, "press", { keys: event.key });
}

function onSubmit(card, form, field, action) {
  card.part(form).addEventListener("submit", async (event) => {
    event.preventDefault();
    const box = event.target.elements[field];
    const words = box.value;
    const byWhatsapp = action === "text" && event.target.elements.whatsapp.checked;
    const kept = await act(card, action, { [field]: words, ...(byWhatsapp ? { whatsapp: true } : {}) });
    if (kept && action === "text") act(card, "read");
    if (kept && box.value === words) box.value = "";
  });
}

function amend(card, phone) {
  const ringing = phone.state === "ringing";
  const live = phone.state === "talking" || phone.state === "on a call";
  card.phone = phone;
  card.node.classList.toggle("ringing", ringing);
  card.node.classList.toggle("live", live);
  say(card.part(".name"), phone.name);
  say(card.part(".state"), stateWords(phone));
  say(card.part(".kind"), phone.kind === "landline" ? "landline" : "");
  say(card.part(".note"), phone.note);
  amendHabit(card, phone);
  show(card, { dial: !ringing && !live, answer: ringing, decline: ringing, "hang-up": live });
  card.part(".withheld").hidden = ringing || live;
  card.part(".on-call").hidden = !live;
  card.part(".send").hidden = phone.kind === "landline";
  card.part(".by-whatsapp").hidden = !phone.whatsapp;
  amendLines(card, phone);
  amendTexts(card, phone);
}

function amendHabit(card, phone) {
  const box = card.part(".habit select");
  if (box.dataset.seen === phone.behaviour) return; // somebody may be choosing just now
  box.dataset.seen = box.value = phone.behaviour;
}

// A button that goes while it has the focus hands it on, so that a keyboard is never left nowhere.
function show(card, wanted) {
  const had = document.activeElement;
  for (const [action, wantedNow] of Object.entries(wanted)) card.part(`[data-act=${action}]`).hidden = !wantedNow;
  if (had && card.node.contains(had) && had.hidden) {
    const next = card.node.querySelector(".acts [data-act]:not([hidden])");
    (next || card.node).focus();
  }
}

function amendLines(card, phone) {
  const list = card.part(".lines");
  if (card.call !== phone.call) {
    list.replaceChildren();
    card.call = phone.call;
    card.lines = -1;
  }
  for (const line of phone.lines.filter((one) => one.n > card.lines)) {
    const item = document.createElement("li");
    item.className = line.kind;
    item.append(...withSounds(line.words));
    item.title = time(line.at);
    list.append(item);
    card.lines = line.n;
    list.scrollTop = list.scrollHeight;
  }
}

// A sound that is played can be heard here as well, when somebody asks for it.
function withSounds(words) {
  const sound = words.match(/^\(plays (https?:\/\/\S+)\)$/);
  if (!sound) return [document.createTextNode(words)];
  const player = Object.assign(document.createElement("audio"), { controls: true, preload: "none", src: sound[1] });
  player.setAttribute("aria-label", "What is played on the line");
  return [document.createTextNode("(a sound is played)"), player];
}

function amendTexts(card, phone) {
  const now = JSON.stringify(phone.texts);
  if (card.texts === now) return;
  card.texts = now;
  const box = card.part(".texts");
  const list = card.part(".messages");
  list.replaceChildren(...phone.texts.map(makeText));
  list.scrollTop = list.scrollHeight;
  box.classList.toggle("unread", phone.unread > 0);
  box.hidden = phone.kind === "landline" && phone.texts.length === 0;
  if (phone.unread) box.open = true;
  card.part("[data-act=read]").hidden = !phone.unread;
  const many = phone.texts.length ? `Texts (${phone.texts.length})` : "Texts";
  say(card.part(".count"), phone.unread ? `${many}: ${phone.unread} new` : many);
}

function makeText(text) {
  const item = document.createElement("li");
  const head = document.createElement("span");
  item.classList.toggle("mine", text.mine);
  item.classList.toggle("unread", text.unread);
  head.className = "head";
  head.textContent = `${text.unread ? "New. " : ""}${text.mine ? "Sent" : "From"} ${text.with}${text.whatsapp ? " by WhatsApp" : ""} at ${time(text.at)}`;
  item.append(head, ...withLinks(text.body));
  return item;
}

function withLinks(words) {
  return words.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/).map((part, place) => {
    if (place % 2 === 0) return document.createTextNode(part);
    const link = document.createElement("a");
    link.href = part;
    link.textContent = part;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  });
}

function amendStrip(phones) {
  const busy = phones.filter((phone) => phone.state !== "idle" || phone.unread);
  const order = { ringing: 0, idle: 1 };
  busy.sort((a, b) => (order[a.state] ?? 2) - (order[b.state] ?? 2));
  const now = JSON.stringify(busy.map((phone) => [phone.number, phone.state, phone.other, phone.unread]));
  if (now === known) return;
  known = now;
  const held = document.activeElement?.dataset?.strip;
  find("strip").replaceChildren(...busy.map(makeStripItem));
  if (held) document.querySelector(`[data-strip="${held}"]`)?.focus();
  find("quiet").hidden = busy.length > 0;
  const ringing = busy.filter((phone) => phone.state === "ringing").map((phone) => phone.name);
  document.title = ringing.length ? `Ringing: ${ringing.join(", ")}` : "Switchboard";
}

function makeStripItem(phone) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const card = cards.get(phone.number);
  const words = phone.state === "idle" ? [] : [stateWords(phone)];
  if (phone.unread) words.push(`${phone.unread} new ${phone.unread === 1 ? "text" : "texts"}`);
  item.className = phone.state === "ringing" ? "ringing" : phone.unread ? "unread" : "";
  link.href = `#${card.node.id}`;
  link.dataset.strip = card.node.id;
  link.textContent = `${phone.name}: ${words.join(", ")}`;
  link.addEventListener("click", () => { find("filter").value = ""; filter(); });
  item.append(link);
  if (phone.state === "ringing") item.append(makeStripAnswer(card, phone));
  return item;
}

function makeStripAnswer(card, phone) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "strip-answer";
  button.dataset.strip = `${card.node.id}-answer`;
  button.textContent = "Answer";
  button.setAttribute("aria-label", `Answer ${phone.name}'s telephone`);
  button.addEventListener("click", async () => {
    if (await act(card, "answer")) { card.node.scrollIntoView({ block: "start" }); card.node.focus(); }
  });
  return button;
}

function filter() {
  const wanted = find("filter").value.trim().toLowerCase();
  let shown = 0;
  for (const card of cards.values()) {
    const words = `${card.phone.name} ${card.phone.number} ${card.phone.note}`.toLowerCase();
    card.node.hidden = !words.includes(wanted);
    shown += card.node.hidden ? 0 : 1;
  }
  say(find("found"), wanted ? `${shown} of ${cards.size} telephones` : "");
}

function amendWeather(weather) {
  const box = find("weather");
  if (box.dataset.seen === weather) return; // somebody may be choosing just now
  box.dataset.seen = box.value = weather;
  box.parentElement.classList.toggle("turned", weather !== "calm");
  say(find("weather-says"), weather === "calm" ? "" : "Texts and reports go astray until it is calm.");
}

async function turnWeather(weather) {
  for (const next of new Set(["calm", weather])) {
    await fetch("/trouble", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ weather: next }),
    });
  }
  look();
}

function amendFaults(faults) {
  const list = find("faults");
  find("complaints").hidden = faults.length === 0;
  if (list.dataset.seen === faults.join("\n")) return;
  list.dataset.seen = faults.join("\n");
  list.replaceChildren(...faults.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
}

async function look() {
  try {
    const state = await (await fetch("/telephones.json")).json();
    find("trouble").hidden = true;
    say(find("helpline"), `${state.helpline.name} (${state.helpline.number})`);
    for (const phone of state.telephones) {
      if (!cards.has(phone.number)) {
        const card = makeCard(phone);
        cards.set(phone.number, card);
        find("telephones").append(card.node);
        amend(card, phone);
        filter();
      }
      amend(cards.get(phone.number), phone);
    }
    amendStrip(state.telephones);
    amendFaults(state.faults);
    amendWeather(state.weather);
  } catch {
    say(find("trouble"), "The exchange does not answer. It may have been stopped; this page goes on trying.");
    find("trouble").hidden = false;
  }
}

async function keepLooking() {
  await look();
  setTimeout(keepLooking, EVERY);
}

find("filter").addEventListener("input", filter);
find("weather").addEventListener("change", (event) => turnWeather(event.target.value));
keepLooking();
