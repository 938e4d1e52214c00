// What comes while one looks: put on top, but only counted while somebody reads.
import { say } from "./say.js";
import { hasOpen } from "./logs-rows.js";

const pause = 2000;
// A page that nobody sees asks as seldom as the server still knows what came meanwhile.
const hiddenPause = 20000;
const patience = 40000;
// Rows that wait for who reads, and rows that were put in; beyond them a new search is the better answer.
const waitingMax = 1000;
const addedMax = 2000;

// The height of what stays at the top of the window.
const header = 48;

const line = document.querySelector("#tail");
const table = document.querySelector("#events");
const body = table?.tBodies[0];
const hasOlder = Boolean(document.querySelector("a[rel=next]"));

let next = line?.dataset.next;
let isOn = true;
let isAsking = false;
let waiting = [];
let added = 0;
// Rows that came and are older than what is shown.
let late = 0;
let stopped = "";
let isGap = false;
let lastLook = 0;
// A row that the page had already may come once more, until all that came before it is through.
let known = new Map();
let isDoubtful = true;

// Somebody reads: has scrolled, opened an event, or marked a text.
function isReading() {
  const marked = getSelection();
  return hasOpen() || scrollY > 0 && table.getBoundingClientRect().top < header ||
    !marked.isCollapsed && table.contains(marked.anchorNode);
}

function isNew(row) {
  const count = known.get(row.dataset.event) ?? 0;
  if (count) known.set(row.dataset.event, count - 1);
  return !count;
}

function put(row) {
  const time = Number(row.dataset.time);
  const rows = [...body.rows].filter((other) => other.dataset.event);
  const place = rows.find((other) => Number(other.dataset.time) <= time);
  // It belongs to an older page.
  if (!place && hasOlder && rows.length) { late += 1; return; }
  row.classList.add("new");
  row.querySelector("a.open")?.setAttribute("aria-expanded", "false");
  body.insertBefore(row, place ?? null);
  added += 1;
}

function putAll() {
  const rows = waiting;
  waiting = [];
  for (const row of rows) put(row);
  if (rows.length) {
    table.parentElement.hidden = false;
    for (const note of document.querySelectorAll(".nothing")) note.remove();
  }
  if (added >= addedMax) stop(say("script.stoppedAfter", { count: added }));
}

function stop(words) { stopped = words; isOn = false; }

function button(text, className, action) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = className;
  element.textContent = text;
  element.addEventListener("click", action);
  return element;
}

function again() {
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = say("script.searchAgain");
  return link;
}

function show() {
  const parts = [];
  if (stopped) {
    parts.push(`${stopped}: `, again(), " ");
  } else {
    parts.push(button(`${say("script.tail")} ${isOn ? "●" : "○"}`, "live", () => { isOn = !isOn; show(); if (isOn) look(); }));
    parts[0].setAttribute("aria-pressed", String(isOn));
    if (added) parts.push(` ${say("script.newSince", { count: added })} `);
    if (late) parts.push(` ${say("script.late", { count: late })} `);
    if (isGap) parts.push(` ${say("script.gap")} `, again());
  }
  if (waiting.length) {
    parts.push(" ", button(say("script.newAbove", { count: waiting.length }), "waiting", () => {
      putAll();
      table.parentElement.scrollIntoView({ block: "start" });
      if (scrollY) scrollBy(0, -120);
      show();
    }));
  }
  const text = parts.map((part) => part.textContent ?? part).join("");
  if (line.textContent === text) return;
  line.replaceChildren(...parts);
}

async function look() {
  if (!isOn || isAsking || document.hidden && Date.now() - lastLook < hiddenPause) return;
  isAsking = true;
  lastLook = Date.now();
  try {
    let isCut;
    do {
      const address = new URL(line.dataset.link, location.href);
      address.searchParams.set("after", next);
      const answer = await fetch(address, { signal: AbortSignal.timeout(patience) });
      if (answer.status === 400) { stop(say("script.refused")); break; }
      if (!answer.ok) break;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("table[data-next]");
      // What a proxy says instead of us is no news of ours.
      if (!found) break;
      next = found.dataset.next;
      isCut = found.dataset.cut !== undefined;
      if (found.dataset.gap !== undefined) isGap = true;
      const rows = [...found.querySelectorAll("tr[data-event]")];
      waiting.push(...(isDoubtful ? rows.filter(isNew) : rows).map((row) => document.importNode(row, true)));
      if (!isCut) isDoubtful = false;
      if (waiting.length >= waitingMax) stop(say("script.stoppedWith", { count: waiting.length }));
    } while (isCut && isOn);
    if (waiting.length && !isReading()) putAll();
  } catch { /* the page itself tells that its server is gone; the next look asks again */ }
  isAsking = false;
  show();
}

export function start() {
  if (!line?.dataset.link || !body) return;
  for (const row of body.rows) known.set(row.dataset.event, (known.get(row.dataset.event) ?? 0) + 1);
  show();
  setInterval(look, pause);
  const back = () => { if (waiting.length && !isReading()) { putAll(); show(); } };
  addEventListener("scroll", back, { passive: true });
  document.addEventListener("logsclosed", back);
  document.addEventListener("visibilitychange", look);
}
