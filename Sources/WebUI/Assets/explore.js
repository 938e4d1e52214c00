// Expressions of one's own: what may stand at the cursor is proposed, an error is shown at its place, what was asked before is
// remembered in this browser.
import { metricsIn } from "./empty.js";
import { aggregations, functions, keywords, matching, modifiers, placeIn, pointIn } from "./promql-words.js";
import { say } from "./say.js";
import { ask } from "./series.js";
import { speak } from "./speak.js";

// Charts come when they come: what is typed meanwhile is not lost.
import("./dashboard.js");

const form = document.querySelector("[data-explore]");
const most = 10;

// MARK: what there is

const named = (names, sort, open) => names.map((name) => ({ name, sort, open }));
const words = {
  functions: [...named(functions, say("script.explore.function"), "("), ...named(aggregations, say("script.explore.aggregation"), "(")],
  keywords: named(keywords, say("script.explore.keyword")),
  modifiers: named(modifiers, say("script.explore.keyword")),
};

// The names of metrics, once they came, and what each of them is, once that came.
let names, facts, asking, refused;
function metricNames() {
  // A server that refuses them is not asked with each letter.
  if (refused && performance.now() - refused.at < 3000) return Promise.reject(refused.error);
  asking ??= ask("/api/v1/label/__name__/values").then((all) => { names = all; }).catch((error) => {
    asking = undefined;
    refused = { at: performance.now(), error };
    throw error;
  });
  return asking;
}

let asksFacts;
function metricFacts() {
  asksFacts ??= ask("/api/v1/metadata").catch(() => ({})).then((all) => { facts = all; });
  return asksFacts;
}

function described(name) {
  // A histogram's and a summary's series are described under their common name.
  const [fact] = facts?.[name] ?? facts?.[name.replace(/_(bucket|count|sum|total)$/, "")] ?? [];
  return { name, sort: fact?.type ?? "", help: fact?.help ?? "" };
}

function namesAt({ before, typed }) {
  if (before === "operand") return matching(words.keywords, typed);
  const around = { operator: words.modifiers, grouping: words.keywords }[before] ?? [];
  const metrics = (names ?? []).map((name) => ({ name, isMetric: true }));
  // Who asks for all sees metrics first.
  const all = typed ? [...around, ...words.functions, ...metrics] : [...around, ...metrics, ...words.functions];
  return matching(all, typed).map((one) => one.isMetric ? described(one.name) : one);
}

const seen = new Map();
function remembered(key, make) {
  if (!seen.has(key)) seen.set(key, make().catch((error) => { seen.delete(key); throw error; }));
  return seen.get(key);
}

async function labelsAt({ kind, metric, label, typed, isGrouping }, text) {
  // What is grouped has the labels of the metrics that stand there.
  const metrics = metric ? [metric] : isGrouping ? metricsIn(text).filter((name) => names?.includes(name)) : [];
  const path = kind === "label" ? "/api/v1/labels" : `/api/v1/label/${encodeURIComponent(label)}/values`;
  const all = await remembered(`${path} ${metrics}`, () => ask(path, metrics.map((name) => ["match[]", name])));
  return matching(all.filter((name) => name !== "__name__").map((name) => ({ name })), typed);
}

// MARK: a field

let count = 0;
class Field {
  constructor(query) {
    this.field = query.querySelector("textarea");
    this.place = query.querySelector(".place");
    this.box = document.createElement("div");
    this.box.className = "proposals";
    this.box.hidden = true;
    this.note = document.createElement("p");
    this.list = document.createElement("ul");
    this.list.id = `proposals-${count += 1}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", say("script.explore.proposals"));
    this.box.append(this.list, this.note);
    this.field.after(this.box);
    this.place.id = `place-${count}`;
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-controls", this.list.id);
    this.field.setAttribute("aria-describedby", this.place.id);
    this.found = [];
    this.asked = 0;
    this.field.addEventListener("input", () => { this.fit(); this.tell(""); this.look(); });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => this.close());
    // The field keeps the focus; a finger that scrolls the list takes nothing.
    this.box.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => {
      const item = target.closest("[role=option]");
      if (item) this.take(Number(item.dataset.place));
    });
    this.fit();
    if (this.field.value) this.check();
  }

  // As high as its lines.
  fit() { this.field.rows = Math.min(12, this.field.value.split("\n").length); }

  // - isAsked: whether somebody wants to see all that may stand here.
  async look(isAsked = false) {
    const mine = this.asked += 1;
    // What was typed meanwhile asks again.
    const isOver = () => mine !== this.asked || document.activeElement !== this.field;
    const { value, selectionStart } = this.field;
    const place = placeIn(value, selectionStart);
    if (!place || !isAsked && !place.typed && place.kind === "name") { this.close(); return; }
    this.at = place;
    try {
      if (place.kind === "name") {
        // Functions are there before the names of metrics come.
        if (!names && place.before !== "operand") this.open(namesAt(place), say("script.explore.waiting"));
        if (place.before !== "operand") await metricNames();
        if (isOver()) return;
        this.open(namesAt(place));
        if (facts || place.before === "operand") return;
        await metricFacts();
        if (!isOver()) this.open(namesAt(place));
      } else {
        const found = await labelsAt(place, value);
        if (!isOver()) this.open(found);
      }
    } catch (error) {
      // Without a list one types the whole word.
      if (!isOver()) this.open(place.kind === "name" ? namesAt(place) : [], say("script.explore.refused", { error: error.message }));
    }
  }

  open(found, note = "") {
    const isWhole = found.length === 1 && found[0].name === this.at.typed;
    const chosen = this.isMoved ? found.findIndex(({ name }) => name === this.found[this.chosen]?.name) : 0;
    if (chosen < 1) this.isMoved = false;
    this.found = isWhole ? [] : found;
    this.note.textContent = note;
    this.note.hidden = !note;
    this.show(Math.max(0, chosen));
    clearTimeout(this.telling);
    const [first] = this.found;
    // Who types is not told of each letter.
    const text = first && [first.name, first.sort, first.help].filter(Boolean).join(", ");
    if (first) this.telling = setTimeout(() => speak(say("script.explore.proposed", { count: this.found.length, first: text })), 400);
  }

  show(chosen) {
    this.chosen = chosen;
    this.box.hidden = !this.found.length && !this.note.textContent;
    this.list.hidden = !this.found.length;
    this.list.replaceChildren(...this.found.map(({ name, sort, help }, place) => {
      const item = document.createElement("li");
      item.id = `${this.list.id}-${place}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(place === chosen));
      item.dataset.place = place;
      const parts = [["strong", name], ["span", sort], ["small", help]].filter(([, text]) => text);
      item.append(...parts.map(([tag, text]) => Object.assign(document.createElement(tag), { textContent: text })));
      return item;
    }));
    const item = this.list.children[chosen];
    if (item) this.field.setAttribute("aria-activedescendant", item.id); else this.field.removeAttribute("aria-activedescendant");
    item?.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.asked += 1;
    this.found = [];
    this.isMoved = false;
    this.note.textContent = "";
    clearTimeout(this.telling);
    this.show(0);
  }

  take(place) {
    const { name, open = "" } = this.found[place];
    const { kind, from, to, quote, isEnded } = this.at;
    const rest = this.field.value.slice(to);
    // A text may have signs that end it.
    const text = kind === "value" && quote !== "`" ? name.replace(/[\\"']/g, (sign) => sign === "\\" || sign === (quote || "\"") ? `\\${sign}` : sign) : name;
    const end = kind === "value" && quote && !isEnded ? quote : open && !rest.startsWith(open) ? open : "";
    this.field.setRangeText(kind === "value" && !quote ? `"${text}"` : text + end, from, to, "end");
    // The sign that was there already is passed.
    if (kind === "value" && quote && rest.startsWith(quote)) this.field.selectionStart += quote.length;
    this.close();
    this.fit();
    this.tell("");
    if (open) this.look();
  }

  key(event) {
    const isOpen = this.found.length > 0;
    const chosen = this.found[this.chosen];
    const last = this.found.length - 1;
    const moves = { ArrowDown: this.chosen < last ? this.chosen + 1 : 0, ArrowUp: this.chosen > 0 ? this.chosen - 1 : last, PageDown: Math.min(last, this.chosen + 8), PageUp: Math.max(0, this.chosen - 8) };
    if (event.isComposing) return;
    if (event.key === "Escape" && !this.box.hidden) this.close();
    else if (isOpen && event.key in moves && !event.shiftKey && !event.altKey) { this.isMoved = true; this.show(moves[event.key]); }
    else if (event.key === " " && event.ctrlKey) this.look(true);
    else if (event.key === "Enter" && !event.shiftKey) {
      // A word that stands there as a whole is not taken once more.
      if (isOpen && (this.isMoved || chosen.name !== this.at.typed)) this.take(this.chosen); else form.requestSubmit();
    } else if (event.key === "Tab" && isOpen && !event.shiftKey && (this.isMoved || chosen.name !== this.at.typed)) this.take(this.chosen);
    else return;
    event.preventDefault();
  }

  // Whether what is there can be read; a server that does not say is no reason to wait.
  async check() {
    const asked = this.field.value;
    try {
      await ask("/api/v1/format_query", { query: asked }, AbortSignal.timeout(5000));
    } catch (error) {
      const point = pointIn(error.message, asked);
      if (point && this.field.value === asked) this.tell(point);
      return !point;
    }
    return true;
  }

  // The line with the error, a mark at its place, and the reason.
  tell(point) {
    this.place.hidden = !point;
    this.place.replaceChildren();
    if (!point) { this.field.removeAttribute("aria-invalid"); return; }
    const { line, text, at, column, reason } = point;
    const sign = String.fromCodePoint(text.codePointAt(at) ?? 32);
    const mark = Object.assign(document.createElement("mark"), { textContent: sign });
    const code = document.createElement("code");
    code.append(text.slice(0, at), mark, text.slice(at + sign.length));
    const why = Object.assign(document.createElement("span"), { textContent: say("script.explore.wrong", { line, column, reason }) });
    this.place.append(code, why);
    this.field.setAttribute("aria-invalid", "true");
  }
}

const fields = [...form.querySelectorAll("[data-query]")].map((query) => new Field(query));

// MARK: several, and those of before

const add = form.querySelector("[data-add]");
add.hidden = fields.length >= most;
add.addEventListener("click", () => {
  const queries = form.querySelectorAll("[data-query]");
  const [last, number] = [queries[queries.length - 1], queries.length];
  const copy = last.cloneNode(true);
  copy.querySelector(".proposals")?.remove();
  const [label, field, tab] = [copy.querySelector("label"), copy.querySelector("textarea"), copy.querySelector("select")];
  label.lastChild.data = ` ${String.fromCharCode(65 + number)}`;
  label.htmlFor = field.id = `expression-${number}`;
  label.id = `letter-${number}`;
  tab.setAttribute("aria-describedby", label.id);
  field.name = `g${number}.expr`;
  tab.name = `g${number}.tab`;
  field.value = "";
  last.after(copy);
  const added = new Field(copy);
  added.tell(null);
  fields.push(added);
  add.hidden = fields.length >= most;
  field.focus();
});

const kept = "expressions";
function history() {
  try {
    const all = JSON.parse(localStorage.getItem(kept));
    return Array.isArray(all) ? all.filter((text) => typeof text === "string") : [];
  } catch { return []; }
}

const before = form.querySelector("[data-history]");
function showHistory() {
  const all = history();
  before.hidden = !all.length;
  before.querySelector("ul").replaceChildren(...all.map((text) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    button.addEventListener("click", () => {
      const one = fields.find(({ field }) => !field.value) ?? fields[0];
      one.field.value = text;
      before.open = false;
      one.fit();
      one.tell(null);
      one.field.focus();
    });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
}

// What is asked now stands first from now on.
const now = fields.map(({ field }) => field.value.trim()).filter(Boolean);
if (now.length) {
  const all = [...new Set([...now, ...history()])].slice(0, 50);
  try { localStorage.setItem(kept, JSON.stringify(all)); } catch { /* a browser that keeps nothing has no history */ }
}
showHistory();

// What is asked, and of the time that is shown.
function addressOf(asked) {
  const address = new URLSearchParams();
  asked.forEach(({ field }, number) => {
    address.set(`g${number}.expr`, field.value.trim());
    address.set(`g${number}.tab`, form.elements[field.name.replace("expr", "tab")].value);
  });
  for (const [name, value] of new URLSearchParams(location.search)) if (!/^g\d+\.(?:expr|tab)$/.test(name)) address.set(name, value);
  return `/graph?${address}`;
}

// A page that a browser kept as it was left asks what its address says.
const asked = fields.length;
window.addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  for (const { field } of fields.splice(asked)) field.closest("[data-query]").remove();
  form.reset();
  for (const one of fields) { one.close(); one.fit(); one.tell(null); }
  add.hidden = fields.length >= most;
  showHistory();
});

let isGoing = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isGoing) return;
  isGoing = true;
  for (const one of fields) one.close();
  const asked = fields.filter(({ field }) => field.value.trim());
  const address = addressOf(asked);
  const isRight = await Promise.all(asked.map((one) => one.check()));
  isGoing = false;
  const wrong = asked[isRight.indexOf(false)];
  if (wrong) wrong.field.focus(); else location.assign(address);
});
