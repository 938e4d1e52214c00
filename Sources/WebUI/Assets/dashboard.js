// A page of panels: a time range, variables, and a panel for each element with data-panel.
import { Chart } from "./chart.js";
import { field, isRelative, moment } from "./times.js";
import { say } from "./say.js";
import { queryInstant, labelValues, legendText, shown, colorOf } from "./series.js";

const root = document.querySelector("[data-dashboard]");
const form = document.querySelector("form.range");
const address = new URLSearchParams(location.search);
const variables = JSON.parse(root.dataset.variables || "[]");
const chosen = {};

// The address bar holds the moment: from and to as "now-1h" or milliseconds, as Grafana has them.
let from, to;

// As ShownRange of the server reads it: a start that rounds is a whole unit where no end is named.
function readAddress() {
  const query = new URLSearchParams(location.search);
  const first = query.get("start") || query.get("from") || query.get("span");
  from = first || (root.dataset.from ?? "now-1h");
  to = query.get("end") || query.get("to") || (first ? wholeOf(first) : root.dataset.to ?? "now");
}
const wholeOf = (text) => isRelative(text) && text.includes("/") ? text : "now";

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

// What is wrong with a time; nothing where it can be shown.
function wrongWith(first, last) {
  const unread = [[first, "start"], [last, "end"]].find(([text, side]) => Number.isNaN(moment(text, side)));
  if (unread) return say("script.unread", { text: unread[0].slice(0, 80) });
  return moment(first) < moment(last, "end") ? "" : say("script.backwards");
}

// An address that cannot be read is told, and the usual time shown.
function readRange() {
  readAddress();
  const wrong = wrongWith(from, to);
  refuse(wrong);
  if (wrong) [from, to] = [root.dataset.from ?? "now-1h", root.dataset.to ?? "now"];
  else tellLongest();
  [from, to] = [shared(from, "start"), shared(to, "end")];
}

function tellLongest() {
  if (moment(to, "end") - moment(from) > longest) refuse(say("script.longest", { days: longest / 86400000 }));
}
readRange();

function duration(span) { return `${Math.max(1, Math.round(span))}s`; }

function substitute(expr, step) {
  const { start, end } = range();
  const known = { __interval: duration(step), __rate_interval: duration(Math.max(step + 15, 60)), __range: duration(end - start), ...chosen };
  return expr.replace(/\$\{(\w+)(?::\w+)?\}|\$(\w+)/g, (whole, a, b) => known[a ?? b] ?? whole);
}

function colorFor(value, thresholds) {
  let color = "text";
  for (const step of thresholds) if (step.value === null || step.value === undefined || value >= step.value) color = step.color;
  return colorOf(color);
}

class BigNumbers {
  constructor(element, panel) { this.element = element; this.panel = panel; }

  async load({ end }, substitute) {
    const found = [];
    for (const target of this.panel.targets) {
      const data = await queryInstant(substitute(target.expr, 15), end);
      const result = data.resultType === "scalar" ? [{ metric: {}, value: data.result }] : data.result;
      for (const s of result) found.push({ number: Number(s.value[1]), text: result.length > 1 || Object.keys(s.metric).length ? legendText(target.legendFormat, s.metric, "") : "" });
    }
    this.element.replaceChildren(...found.slice(0, 12).map((one) => this.cell(one)));
    if (found.length > 12) {
      const rest = document.createElement("div");
      rest.className = "rest";
      rest.textContent = say("script.andMore", { count: found.length - 12 });
      this.element.append(rest);
    }
    return found.length;
  }

  cell({ number, text }) {
    const cell = document.createElement("div");
    if (this.panel.type === "gauge") cell.append(this.gauge(number));
    const value = document.createElement("div");
    value.className = "value";
    value.style.color = colorFor(number, this.panel.thresholds);
    value.textContent = shown(number, this.panel.unit, this.panel.decimals);
    const label = document.createElement("div");
    label.className = "label";
    label.textContent = text;
    cell.append(value, label);
    return cell;
  }

  gauge(number) {
    const low = this.panel.min ?? 0, high = this.panel.max ?? 100;
    const share = Math.min(1, Math.max(0, (number - low) / (high - low || 1)));
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 120 68");
    svg.setAttribute("class", "gauge");
    svg.style.color = colorFor(number, this.panel.thresholds);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", shown(number, this.panel.unit, this.panel.decimals));
    const arc = "M 10 60 A 50 50 0 0 1 110 60";
    for (const [name, part] of [["track", 1], ["fill", share]]) {
      const path = document.createElementNS(svg.namespaceURI, "path");
      path.setAttribute("d", arc);
      path.setAttribute("class", name);
      path.setAttribute("pathLength", "100");
      if (name === "fill") { path.setAttribute("stroke", "currentColor"); path.setAttribute("stroke-dasharray", `${part * 100} 100`); }
      svg.append(path);
    }
    for (const { value, color } of this.panel.thresholds) {
      if (value > low && value < high) svg.append(this.tick((value - low) / (high - low), color));
    }
    return svg;
  }

  tick(share, color) {
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    const angle = Math.PI * (1 - share);
    for (const [end, radius] of [[1, 42], [2, 58]]) {
      line.setAttribute(`x${end}`, 60 + radius * Math.cos(angle));
      line.setAttribute(`y${end}`, 60 - radius * Math.sin(angle));
    }
    line.style.stroke = colorOf(color);
    return line;
  }
}

const views = [...root.querySelectorAll("[data-panel]")].map((element) => {
  const panel = JSON.parse(element.dataset.panel);
  const body = element.querySelector(panel.type === "timeseries" ? ".plot" : ".big");
  return { element, panel, view: panel.type === "timeseries" ? new Chart(body, panel) : new BigNumbers(body, panel) };
});

function note(element, text) {
  const note = element.querySelector(".empty-note");
  note.textContent = text;
  element.dataset.state = text ? "empty" : "drawn";
}

let isLoading = false;
let wantsAgain = false;
async function load() {
  if (document.hidden) return;
  // What was chosen while panels load is loaded behind them.
  wantsAgain = isLoading;
  if (isLoading) return;
  isLoading = true;
  for (const { element, view, panel } of views) {
    try {
      const count = await view.load(range(), substitute);
      note(element, count ? "" : panel.emptyNote || say("script.noDataInRange"));
      if (!window.uPlot && panel.type === "timeseries") note(element, say("script.noCharts"));
    } catch (error) { note(element, error.message); }
  }
  root.dataset.loaded = "yes";
  isLoading = false;
  if (wantsAgain) await load();
}

// Each time that was looked at has its place in the browser's history: Back goes back to it.
function remember() {
  const before = location.search;
  keepAddress("pushState");
  if (location.search !== before) document.dispatchEvent(new Event("rangechange"));
}

function keepAddress(way) {
  const query = new URLSearchParams(location.search);
  for (const name of ["start", "end", "span"]) query.delete(name);
  query.set("from", from); query.set("to", to);
  for (const [name, value] of Object.entries(chosen)) query.set(`var-${name}`, value);
  if (`?${query}` !== location.search) history[way](null, "", `?${query}${location.hash}`);
  showAddress();
}

function showAddress() {
  showRange();
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

// A moment by this reader's clock is kept as what it is for everybody.
function shared(text, side) { return isRelative(text) ? text : String(moment(text, side)); }

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
      remember();
    }
  }
  load();
}

document.addEventListener("zoom", ({ detail }) => {
  from = String(Math.round(detail.start * 1000)); to = String(Math.round(detail.end * 1000));
  remember(); load();
});

async function prepareVariables() {
  for (const variable of variables) {
    let values = variable.options;
    // A list that cannot be had leaves the others, and the panels, as they are.
    try {
      if (variable.label) values = await labelValues(variable.label, variable.metric);
    } catch (error) { console.warn(variable.name, error); }
    const all = variable.allValue || values.map((v) => v.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|") || ".*";
    const select = document.createElement("select");
    select.dataset.variable = variable.name;
    select.ariaLabel = variable.title;
    if (variable.includeAll) select.append(new Option(say("script.allOf", { name: variable.title }), all));
    for (const value of values) select.append(new Option(value, value));
    const wanted = address.get(`var-${variable.name}`);
    if (wanted && [...select.options].some((o) => o.value === wanted)) select.value = wanted;
    chosen[variable.name] = select.value;
    select.addEventListener("change", () => { chosen[variable.name] = select.value; remember(); load(); });
    form.append(select);
  }
}

form.elements.span.addEventListener("change", () => {
  const [option] = form.elements.span.selectedOptions;
  if (!option?.value) return;
  from = option.value; to = option.dataset.to ?? "now"; refuse(""); remember(); load();
});
form.addEventListener("submit", choose);
form.addEventListener("input", () => refuse(""));

// Back and forward.
window.addEventListener("popstate", () => {
  readRange();
  const query = new URLSearchParams(location.search);
  for (const select of form.querySelectorAll("select[data-variable]")) {
    const wanted = query.get(`var-${select.dataset.variable}`);
    if ([...select.options].some((option) => option.value === wanted)) select.value = wanted;
    chosen[select.dataset.variable] = select.value;
  }
  showAddress();
  document.dispatchEvent(new Event("rangechange"));
  load();
});

await prepareVariables();
keepAddress("replaceState");
await load();
// What ends now or later gets longer.
setInterval(() => { if (isRelative(to) && range().end * 1000 >= Date.now() - 1000) load(); }, 5000);
