// Rows: a click, or a key, opens what is known of an event beneath it, and the lines around it.
import { say } from "./say.js";

const patience = 40000;
const table = document.querySelector("#events");
let current = null;

export const hasOpen = () => Boolean(table?.querySelector("tr.detail"));

const rows = () => [...table.querySelectorAll("tr[data-event]")].filter((row) => row.offsetParent);

// The part of another page that belongs here.
async function part(link) {
  const answer = await fetch(link, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(patience) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector("[data-part]");
  if (!found) throw new Error(page.querySelector("main .sub")?.textContent || say("script.answered", { status: answer.status }));
  return document.importNode(found, true);
}

function detail(row) {
  const next = row.nextElementSibling;
  if (next?.matches(".detail")) return next.firstElementChild;
  const line = document.createElement("tr");
  line.className = "detail";
  const cell = line.insertCell();
  cell.colSpan = row.cells.length;
  row.after(line);
  row.classList.add("expanded");
  row.querySelector("a.open").setAttribute("aria-expanded", "true");
  return cell;
}

function close(row) {
  const next = row.nextElementSibling;
  if (!next?.matches(".detail")) return false;
  const hadFocus = next.contains(document.activeElement);
  next.remove();
  row.classList.remove("expanded");
  row.querySelector("a.open").setAttribute("aria-expanded", "false");
  if (hadFocus) row.querySelector("a.open").focus();
  document.dispatchEvent(new Event("logsclosed"));
  return true;
}

async function show(row, link, kind) {
  const cell = detail(row);
  cell.querySelector(".failed")?.remove();
  const wait = document.createElement("p");
  wait.className = "note";
  wait.textContent = "…";
  cell.append(wait);
  try {
    const found = await part(link);
    const old = cell.querySelector(`.${kind}`);
    if (old) { old.replaceWith(found); wait.remove(); } else wait.replaceWith(found);
  } catch (error) {
    wait.className = "note failed";
    wait.textContent = say("script.cannotShow", { error: error.message });
  }
}

function toggle(row) {
  if (!close(row)) show(row, row.querySelector("a.open").href, "log-event");
}

function context(row) {
  if (row.dataset.context) { show(row, row.dataset.context, "log-context"); return; }
  const cell = detail(row);
  if (cell.querySelector(".log-context")) return;
  const note = document.createElement("p");
  note.className = "note log-context";
  note.textContent = say("script.noNeighbours");
  cell.append(note);
}

function go(row) {
  if (!row) return;
  current?.classList.remove("at");
  current = row;
  row.classList.add("at");
  row.querySelector("a.open").focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(distance) {
  const all = rows();
  const place = current?.isConnected ? all.indexOf(current) : -1;
  go(all[Math.max(0, Math.min(all.length - 1, place + distance))]);
}

function onClick(event) {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const row = event.target.closest("tr[data-event]");
  const link = event.target.closest("a");
  const inner = event.target.closest("tr.detail");
  if (inner) {
    // Lines around, and a line that was cut, open in place; other links lead away.
    const isWhole = link && new URL(link.href).searchParams.has("whole");
    if (!link || !link.matches(".context") && !isWhole) return;
    event.preventDefault();
    show(inner.previousElementSibling, link.href, isWhole ? "log-event" : "log-context");
    return;
  }
  // Who marks a text with the mouse wants to copy it.
  if (!row || link && !link.matches(".open, .rest") || !link && String(getSelection())) return;
  event.preventDefault();
  current?.classList.remove("at");
  current = row;
  row.classList.add("at");
  toggle(row);
}

const keys = {
  "/": () => { const box = document.querySelector(".logs-form [type=search]"); box.focus(); box.select(); },
  j: () => step(1),
  k: () => step(-1),
  c: () => { if (current?.isConnected) context(current); },
  l: () => document.querySelector("#tail button.live")?.click(),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") {
    if (event.target.matches("input")) event.target.blur();
    else if (current?.isConnected) close(current);
    return;
  }
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  if (event.key === "Enter" && current?.isConnected && !event.target.closest("a, button, summary")) toggle(current);
  const action = keys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

export function start() {
  if (!table) return;
  table.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  for (const help of document.querySelectorAll(".keys")) help.hidden = false;
  for (const link of table.querySelectorAll("a.open")) link.setAttribute("aria-expanded", "false");
}
