// The page of a trace: its first spans can be read without this; with it all of them, their details in place, and its logs.
import { say } from "./say.js";
import { TraceTable, Waterfall } from "./waterfall.js";

const patience = 40000;
const root = document.querySelector("#waterfall");
const detail = document.querySelector("#span");
const output = document.querySelector("#found");
const form = document.querySelector("form.find");
let list = null;

async function ask(link, type) {
  const answer = await fetch(link, { headers: { Accept: type }, signal: AbortSignal.timeout(patience) });
  if (!answer.ok && type !== "text/html") {
    const refusal = await answer.json().catch(() => null);
    throw new Error(refusal?.error ?? say("script.answered", { status: answer.status }));
  }
  return answer;
}

// The part of another page that belongs here.
async function part(link) {
  const answer = await ask(link, "text/html");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector("[data-part]");
  if (!found) throw new Error(page.querySelector("main .sub")?.textContent || say("script.answered", { status: answer.status }));
  return document.importNode(found, true);
}

function words(text) {
  const element = document.createElement("p");
  element.className = "note";
  element.textContent = text;
  return element;
}

let asked = 0;
async function choose(row) {
  const number = ++asked;
  detail.hidden = false;
  try {
    const found = await part(`${root.dataset.page}/spans/${list.table.id(row)}`);
    if (number === asked) detail.replaceChildren(closer(), found);
  } catch (error) {
    if (number === asked) detail.replaceChildren(closer(), words(say("script.cannotShow", { error: error.message })));
  }
}

function closer() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "close";
  button.textContent = `${say("script.close")} ✕`;
  button.addEventListener("click", hide);
  return button;
}

function hide() {
  detail.hidden = true;
  detail.replaceChildren();
  list.body.focus();
}

async function find(query) {
  document.querySelector("#problem")?.remove();
  document.querySelector(".found-spans")?.remove();
  if (!query.trim()) { output.textContent = ""; list.find([]); return; }
  const link = new URL(root.dataset.table, location.href);
  link.searchParams.set("form", "found");
  link.searchParams.set("q", query);
  try {
    const { rows } = await (await ask(link, "application/json")).json();
    list.find(rows);
    output.textContent = rows.length ? say("script.foundSpans", { count: rows.length }) : say("script.noSpan");
    if (rows.length) list.body.focus();
  } catch (error) { output.textContent = error.message; }
}

function keys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && !detail.hidden) { hide(); return; }
    if (event.target.closest("input, select, textarea")) return;
    if (event.key === "/") { event.preventDefault(); form.elements.q.focus(); form.elements.q.select(); }
    if (event.target.closest(".wf-body")) return;
    if (event.key === "n") list.step(1);
    if (event.key === "N") list.step(-1);
  });
  for (const help of document.querySelectorAll(".keys, .wf-tools")) help.hidden = false;
  for (const button of document.querySelectorAll(".wf-tools button")) {
    button.addEventListener("click", () => list.toggleAll(button.dataset.act === "close"));
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-row]");
    if (!link) return;
    event.preventDefault();
    list.go(Number(link.dataset.row), { isCentred: true });
    list.body.focus();
  });
}

async function startWaterfall() {
  try {
    const table = new TraceTable(await (await ask(root.dataset.table, "application/json")).json());
    list = new Waterfall(root.querySelector(".wf-body"), table, { page: root.dataset.page, onChoose: choose });
    keys();
    form.addEventListener("submit", (event) => { event.preventDefault(); find(form.elements.q.value); });
    const row = /^#row-(\d+)$/.exec(location.hash)?.[1];
    if (row !== undefined && Number(row) < table.count) list.go(Number(row), { isCentred: true });
    if (form.elements.q.value) find(form.elements.q.value);
    root.dataset.ready = Math.round(performance.now());
  } catch (error) {
    root.append(words(say("script.cannotShowSpans", { error: error.message })));
    root.dataset.ready = "failed";
  }
}

// Logs are searched for when the reader comes to them.
function startLogs() {
  const section = document.querySelector("#logs");
  const observer = new IntersectionObserver(async (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    try { section.replaceChildren(await part(section.dataset.logs)); } catch (error) {
      section.append(words(say("script.cannotShowLogs", { error: error.message })));
    }
    section.dataset.loaded = "yes";
  }, { rootMargin: "400px" });
  observer.observe(section);
}

await startWaterfall();
startLogs();
