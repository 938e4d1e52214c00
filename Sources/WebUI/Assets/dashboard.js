// A page of panels: a time range, variables, and a panel for each element with data-panel.
import { Board } from "./board.js";
import { BoardLinks } from "./links.js";
import { Marks } from "./marks.js";
import { field, isRelative, moment } from "./times.js";
import { say } from "./say.js";
import { ask } from "./series.js";
import { showVariables } from "./variable-form.js";
import { Variables } from "./variables.js";

const root = document.querySelector("[data-dashboard]");
const form = document.querySelector("form.range");
const list = (text) => JSON.parse(text || "[]") ?? [];

// The address bar holds the moment: from and to as "now-1h" or milliseconds, as Grafana has them.
let from, to;

// The longest time that the page shows, in milliseconds: its bands show no more.
const longest = Number(root.dataset.longest ?? Infinity);
function range() {
  const end = moment(to, "end");
  return { start: Math.max(moment(from), end - longest) / 1000, end: end / 1000 };
}

const refusal = form.querySelector("output");
function refuse(text) {
  refusal.textContent = text;
  refusal.hidden = !text;
}

// As ShownRange of the server reads it: a start that rounds is a whole unit where no end is named.
const wholeOf = (text) => isRelative(text) && text.includes("/") ? text : "now";

// What is wrong with a time; nothing where it can be shown.
function wrongWith(first, last) {
  const unread = [[first, "start"], [last, "end"]].find(([text, side]) => Number.isNaN(moment(text, side)));
  if (unread) return say("script.unread", { text: unread[0].slice(0, 80) });
  return moment(first) < moment(last, "end") ? "" : say("script.backwards");
}

function tellLongest() {
  if (moment(to, "end") - moment(from) > longest) refuse(say("script.longest", { days: longest / 86400000 }));
}

// A moment by this reader's clock is kept as what it is for everybody.
function shared(text, side) { return isRelative(text) ? text : String(moment(text, side)); }

// An address that cannot be read is told, and the usual time shown.
function readAddress() {
  const address = new URLSearchParams(location.search);
  const first = address.get("start") || address.get("from") || address.get("span");
  from = first || (root.dataset.from ?? "now-1h");
  to = address.get("end") || address.get("to") || (first ? wholeOf(first) : root.dataset.to ?? "now");
  const wrong = wrongWith(from, to);
  refuse(wrong);
  if (wrong) [from, to] = [root.dataset.from ?? "now-1h", root.dataset.to ?? "now"];
  else tellLongest();
  [from, to] = [shared(from, "start"), shared(to, "end")];
  return address;
}

const variables = new Variables(list(root.dataset.variables), {
  range, ask, address: readAddress(),
  dashboard: { title: document.querySelector("h1")?.textContent ?? "", uid: decodeURIComponent(location.pathname.split("/").at(-1)) },
});
// Only dashboards are marked so: a camera's page has marks of its own.
const marks = root.dataset.annotations === undefined ? null : new Marks(list(root.dataset.annotations), variables);
const links = new BoardLinks(list(root.dataset.links), root, variables);
const board = new Board(root, { variables, marks, range, isRelative: () => isRelative(from) });

// The file's own time between two looks; pages that have none look every five seconds.
const period = root.dataset.refresh === undefined ? 5 : Number(root.dataset.refresh) || Infinity;

let isLoading = false;
let lookAt = 0;
async function load(how = {}) {
  if (document.hidden) return;
  // What was chosen while panels load ends that, and is loaded behind it.
  if (isLoading) {
    if (how.isNew !== false) board.load(how);
    return;
  }
  isLoading = true;
  try { await board.load(how); } finally {
    isLoading = false;
    lookAt = performance.now() + 1000 * Math.max(period, board.pause ?? 0);
  }
}

function remember({ isStep = false } = {}) {
  const query = new URLSearchParams(location.search);
  for (const name of ["start", "end", "span"]) query.delete(name);
  query.set("from", from); query.set("to", to);
  variables.writeAddress(query);
  // A step can be taken back.
  if (`?${query}` !== location.search) history[isStep ? "pushState" : "replaceState"](null, "", `?${query}${location.hash}`);
  document.dispatchEvent(new Event("rangechange"));
  showRange();
  links.show({ from, to });
  for (const link of document.querySelectorAll("a[data-keep-time]")) {
    const { start, end } = range();
    const url = new URL(link.href); url.searchParams.set("start", Math.round(start * 1000)); url.searchParams.set("end", Math.round(end * 1000));
    link.href = url;
  }
}

// The choice of spans shows one of them, the fields any other time.
function showRange() {
  const { start, end, span } = form.elements;
  const chosen = [...span.options].find((option) => option.value === from && (option.dataset.to ?? "now") === to);
  span.value = chosen?.value ?? "";
  start.value = chosen ? "" : fieldText(from);
  end.value = chosen || to === "now" ? "" : fieldText(to);
}

const fieldText = (text) => /^\d+$/.test(text) ? field(Number(text)) : text;

// Another time has other values of variables, too.
async function showTime() {
  await variables.resolve();
  showVariables(form, variables, changed);
  board.arrange();
  await load();
}

function choose(event) {
  event.preventDefault();
  const { start, end } = form.elements;
  if (start.value.trim() || end.value.trim()) {
    // An end alone is of the time that begins where the shown one does.
    const first = start.value.trim() || fieldText(from);
    const last = end.value.trim() || wholeOf(first);
    if (first !== fieldText(from) || last !== fieldText(to)) {
      const wrong = wrongWith(first, last);
      if (wrong) { refuse(wrong); return; }
      [from, to] = [shared(first, "start"), shared(last, "end")];
      tellLongest();
      remember({ isStep: true });
    }
  }
  showTime();
}

document.addEventListener("zoom", ({ detail }) => {
  from = String(Math.round(detail.start * 1000)); to = String(Math.round(detail.end * 1000));
  remember({ isStep: true }); showTime();
});

// Twice as long around the same middle, and not into the future.
document.addEventListener("zoomout", () => {
  const { start, end } = range();
  const half = Math.max(1, (end - start) / 2);
  const last = Math.min(end + half, Math.max(end, Date.now() / 1000));
  document.dispatchEvent(new CustomEvent("zoom", { detail: { start: last - half * 4, end: last } }));
});

window.addEventListener("popstate", () => {
  variables.readAddress(readAddress());
  remember();
  showTime();
});

// A variable was chosen: those that depend on it follow.
async function changed(name, values) {
  variables.set(name, values);
  await variables.resolve(name);
  showVariables(form, variables, changed);
  board.arrange();
  remember();
  await load();
}

form.elements.span.addEventListener("change", () => {
  const [option] = form.elements.span.selectedOptions;
  if (!option?.value) return;
  from = option.value; to = option.dataset.to ?? "now"; refuse(""); remember({ isStep: true }); showTime();
});
form.addEventListener("submit", choose);
form.addEventListener("input", () => refuse(""));
document.addEventListener("visibilitychange", () => { if (!document.hidden && root.dataset.loaded !== "yes") load(); });
const told = refusal.textContent;
if (/\$\{?__rate_interval/.test(root.outerHTML)) await variables.learnScrape();
await variables.resolve();
showVariables(form, variables, changed);
marks?.show(form, () => load({ isNew: false }));
board.arrange();
remember();
refuse(told);
await load();
setInterval(() => {
  // What ends now or later gets longer.
  const isOpen = isRelative(to) && range().end * 1000 >= Date.now() - 1000;
  if (isOpen && !document.hidden && performance.now() >= lookAt) load({ isNew: false });
}, 1000);
