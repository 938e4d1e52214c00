// Expressions of one's own: what may stand at the cursor is proposed, an error is shown at its place, what was asked before is
// remembered in this browser.
import "./dashboard.js";
import { aggregations, functions, keywords, matching, placeIn, pointIn } from "./promql-words.js";
import { say } from "./say.js";
import { ask } from "./series.js";

const form = document.querySelector("[data-explore]");
const most = 10;

// MARK: what there is

let names;
function metricNames() {
  names ??= Promise.all([ask("/api/v1/label/__name__/values"), ask("/api/v1/metadata").catch(() => ({}))]).then(([all, facts]) => [
    ...all.map((name) => {
      // A histogram's and a summary's series are described under their common name.
      const [fact] = facts[name] ?? facts[name.replace(/_(bucket|count|sum|total)$/, "")] ?? [];
      return { name, sort: fact?.type ?? "", help: fact?.help ?? "" };
    }),
    ...functions.map((name) => ({ name, sort: say("script.explore.function"), help: "", open: "(" })),
    ...aggregations.map((name) => ({ name, sort: say("script.explore.aggregation"), help: "", open: "(" })),
    ...keywords.map((name) => ({ name, sort: say("script.explore.keyword"), help: "" })),
  ]).catch((error) => { names = undefined; throw error; });
  return names;
}

const seen = new Map();
function remembered(key, make) {
  if (!seen.has(key)) seen.set(key, make().catch((error) => { seen.delete(key); throw error; }));
  return seen.get(key);
}

async function proposals(place) {
  if (place.kind === "name") return matching(await metricNames(), place.typed);
  const series = place.metric ? { "match[]": place.metric } : {};
  const path = place.kind === "label" ? "/api/v1/labels" : `/api/v1/label/${encodeURIComponent(place.label)}/values`;
  const all = await remembered(`${path} ${place.metric}`, () => ask(path, series));
  return matching(all.filter((name) => name !== "__name__").map((name) => ({ name, sort: "", help: "" })), place.typed);
}

// MARK: a field

let count = 0;
class Field {
  constructor(query) {
    this.field = query.querySelector("textarea");
    this.place = query.querySelector(".place");
    this.list = document.createElement("ul");
    this.list.id = `proposals-${count += 1}`;
    this.list.className = "proposals";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", say("script.explore.proposals"));
    this.list.hidden = true;
    this.field.after(this.list);
    this.field.setAttribute("role", "combobox");
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-expanded", "false");
    this.field.setAttribute("aria-controls", this.list.id);
    this.found = [];
    this.asked = 0;
    this.field.addEventListener("input", () => { this.fit(); this.tell(""); this.look(); });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => {
      const item = event.target.closest("[role=option]");
      event.preventDefault();
      if (item) this.take(Number(item.dataset.place));
    });
    this.fit();
    if (this.field.value) this.check();
  }

  // As high as its lines.
  fit() { this.field.rows = Math.min(12, this.field.value.split("\n").length); }

  async look() {
    const mine = this.asked += 1;
    const { value, selectionStart } = this.field;
    const place = placeIn(value, selectionStart);
    if (!place || place.kind === "name" && !place.typed) { this.close(); return; }
    let found = [];
    try { found = await proposals(place); } catch { /* without a list one types the whole word */ }
    // What was typed meanwhile asks again.
    if (mine !== this.asked || document.activeElement !== this.field) return;
    const isWhole = found.length === 1 && found[0].name === place.typed;
    this.found = isWhole ? [] : found;
    this.at = place;
    this.show(0);
  }

  show(chosen) {
    this.chosen = chosen;
    this.list.hidden = !this.found.length;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
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

  close() { this.asked += 1; this.found = []; this.show(0); }

  take(place) {
    const { name, open = "" } = this.found[place];
    const { kind, from, quote } = this.at;
    const rest = this.field.value.slice(this.field.selectionStart);
    // A text may have signs that end it.
    const text = kind === "value" && quote !== "`" ? name.replace(/[\\"]/g, "\\$&") : name;
    const end = kind === "value" && !rest.startsWith(quote) ? quote : open && !rest.startsWith(open) ? open : "";
    this.field.setRangeText(text + end, from, this.field.selectionStart, "end");
    this.close();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  key(event) {
    const isOpen = !this.list.hidden;
    if (event.key === "Escape" && isOpen) this.close();
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && isOpen) {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.show((this.chosen + step + this.found.length) % this.found.length);
    } else if (event.key === "Tab" && isOpen && !event.shiftKey) this.take(this.chosen);
    else if (event.key === " " && event.ctrlKey) this.look();
    else if (event.key === "Enter" && !event.shiftKey) { if (isOpen) this.take(this.chosen); else form.requestSubmit(); }
    else return;
    event.preventDefault();
  }

  async check() {
    try {
      await ask("/api/v1/format_query", { query: this.field.value });
      this.tell("");
      return true;
    } catch (error) {
      this.tell(error.message);
      return false;
    }
  }

  // The line with the error, a mark below its place, and the reason.
  tell(error) {
    const point = error && pointIn(error);
    const line = point && this.field.value.split("\n")[point.line - 1];
    this.place.hidden = !error;
    this.place.textContent = line === undefined || !point ? error : `${line}\n${" ".repeat(Math.max(0, point.column - 1))}^\n${point.reason}`;
    if (error) this.field.setAttribute("aria-invalid", "true"); else this.field.removeAttribute("aria-invalid");
  }
}

let fields = [...form.querySelectorAll("[data-query]")].map((query) => new Field(query));

// MARK: several, and those of before

const add = form.querySelector("[data-add]");
add.hidden = fields.length >= most;
add.addEventListener("click", () => {
  const queries = form.querySelectorAll("[data-query]");
  const [last, number] = [queries[queries.length - 1], queries.length];
  const copy = last.cloneNode(true);
  copy.querySelector(".proposals")?.remove();
  const [label, field, tab] = [copy.querySelector("label"), copy.querySelector("textarea"), copy.querySelector("select")];
  label.textContent = String.fromCharCode(65 + number);
  label.htmlFor = field.id = `expression-${number}`;
  field.name = `g${number}.expr`;
  tab.name = `g${number}.tab`;
  field.value = "";
  last.after(copy);
  const added = new Field(copy);
  added.tell("");
  fields.push(added);
  add.hidden = fields.length >= most;
  field.focus();
});

const kept = "expressions";
function history() { try { return JSON.parse(localStorage.getItem(kept)) ?? []; } catch { return []; } }

const before = form.querySelector("[data-history]");
function showHistory() {
  const all = history().filter((text) => typeof text === "string");
  before.hidden = !all.length;
  before.querySelector("ul").replaceChildren(...all.map((text) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    button.addEventListener("click", () => {
      const field = fields.find((one) => !one.field.value)?.field ?? fields[0].field;
      field.value = text;
      before.open = false;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
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

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const isRight = await Promise.all(fields.map((one) => one.field.value.trim() ? one.check() : true));
  const wrong = isRight.indexOf(false);
  if (wrong >= 0) { fields[wrong].field.focus(); return; }
  const address = new URLSearchParams();
  fields.filter(({ field }) => field.value.trim()).forEach(({ field }, number) => {
    address.set(`g${number}.expr`, field.value.trim());
    address.set(`g${number}.tab`, form.elements[field.name.replace("expr", "tab")].value);
  });
  const shown = new URLSearchParams(location.search);
  for (const name of ["from", "to"]) if (shown.has(name)) address.set(name, shown.get(name));
  location.href = `/graph?${address}`;
});
