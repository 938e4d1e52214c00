// The panels of a page: where they stand, once for each value where they repeat, and when each of them is loaded.
import { Chart } from "./chart.js";
import { whyEmpty } from "./empty.js";
import { compact, repeated } from "./grid.js";
import { panelLinks } from "./links.js";
import { say } from "./say.js";
import { ask, asked } from "./series.js";
import { moment } from "./times.js";
import { spanOf } from "./variables.js";

// Panels that load at a time, and how often a page may ask the server in a minute by itself.
const atOnce = 6;
const perMinute = 150;

// Shorter times, in seconds, are no chart.
const leastSpan = 10;

// The modules that draw the other kinds of panels.
const kinds = {
  stat: "stat", gauge: "gauge", bargauge: "bargauge", table: "table", piechart: "pie", "state-timeline": "state-timeline", logs: "logs", text: "text",
};

async function drawingOf(panel) {
  if (panel.type === "timeseries") return Chart;
  if (!(panel.type in kinds)) return null;
  const module = await import(`./panel-${kinds[panel.type]}.js`);
  return Object.values(module).find((one) => typeof one === "function" && one.prototype?.load) ?? null;
}

// Which label of a panel's values is a placeholder until they are there.
function tell(element, text) {
  const note = element.querySelector(".empty-note");
  if (note) note.textContent = text;
  element.dataset.state = text ? "empty" : "drawn";
}

export class Board {
  // `range()` is the shown time in seconds, `context` what all panels are given.
  constructor(root, { variables, marks, range, isRelative = () => true }) {
    Object.assign(this, { root, variables, marks, range, isRelative });
    const found = root.querySelectorAll("[data-section]");
    this.plan = [...(found.length ? found : [root])].map((element) => ({
      element, repeats: element.dataset.repeats || null, title: element.querySelector(":scope > summary h2")?.textContent ?? "",
      pristine: element === root ? null : element.cloneNode(true), copies: new Map(),
      panels: [...element.querySelectorAll("[data-panel]")].map((panel) => ({ panel: JSON.parse(panel.dataset.panel), pristine: panel.cloneNode(true), first: panel })),
    }));
    this.views = new Map();
    this.generation = 0;
    this.running = 0;
    this.waiting = [];
    this.isSeen = new Promise((resolve) => { this.seen = resolve; });
    this.sight = new IntersectionObserver((entries) => this.look(entries), { rootMargin: "100px 0px" });
  }

  // MARK: places

  arrange() {
    const kept = new Set();
    for (const [place, section] of this.plan.entries()) {
      const values = section.repeats ? this.variables.values(section.repeats) : [];
      let last = null;
      const copies = new Set();
      (values.length ? values : [null]).forEach((value, i) => {
        const element = i ? this.copyOf(section, value) : section.element;
        copies.add(element);
        if (i && element.previousElementSibling !== last) last.after(element);
        last = element;
        const scope = value === null ? {} : this.scopeOf(section.repeats, value);
        const heading = element.querySelector(":scope > summary h2");
        if (heading) heading.textContent = this.variables.text(section.title, "text", { scope });
        this.fill(element, section, `${place} ${value ?? ""}`, scope, i === 0, kept);
      });
      for (const copy of section.copies.values()) if (!copies.has(copy)) copy.remove();
    }
    for (const [key, view] of this.views) {
      if (kept.has(key)) continue;
      view.abort?.abort();
      this.sight.unobserve(view.element);
      view.element.remove();
      this.views.delete(key);
    }
    this.nameApart();
    if (!this.views.size) this.seen();
  }

  // Who hears the page finds each of several panels with one title.
  nameApart() {
    const counts = new Map();
    for (const { element } of this.views.values()) {
      const name = element.getAttribute("aria-label");
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      if (count > 1) element.setAttribute("aria-label", `${name} (${count})`);
    }
  }

  copyOf(section, value) {
    if (!section.copies.has(value)) {
      const copy = section.pristine.cloneNode(true);
      for (const panel of copy.querySelectorAll("[data-panel]")) panel.remove();
      section.copies.set(value, copy);
    }
    return section.copies.get(value);
  }

  scopeOf(name, value) { return { [name]: { value, text: this.variables.textOf(name, value) } }; }

  fill(element, section, prefix, scope, isFirst, kept) {
    const grid = element.matches(".dashboard") ? element : element.querySelector(".dashboard");
    if (!grid) return;
    let items = section.panels.map((plan, index) => {
      const { x = 0, y = 0, w = 12, h = 8 } = plan.pristine.dataset;
      return { plan, panel: plan.panel, index, x: Number(x), y: Number(y), w: Number(w), h: Number(h), scope };
    });
    for (const item of [...items]) {
      const name = item.panel.repeats;
      if (!name || scope[name]) continue;
      const values = this.variables.values(name);
      if (!values.length) continue;
      const copies = repeated(items, item, values.length).map((copy, i) => ({ ...copy, value: values[i], isCopy: i > 0, scope: { ...scope, ...this.scopeOf(name, values[i]) } }));
      items.splice(items.indexOf(item), 1, ...copies);
    }
    // A page that gives no places fills its rows in order.
    const isPlaced = items.some(({ x, y }) => x || y) || items.length === 1 && section.element !== this.root;
    if (isPlaced) items = compact(items);
    grid.classList.toggle("placed", isPlaced);
    const elements = items.map((item) => {
      const key = `${prefix} ${item.index} ${item.value ?? ""}`;
      kept.add(key);
      if (!this.views.has(key)) this.add(key, isFirst && !item.isCopy && !item.plan.isUsed ? item.plan.first : item.plan.pristine.cloneNode(true), item);
      if (isFirst && !item.isCopy) item.plan.isUsed = true;
      const view = this.views.get(key);
      Object.assign(view.element.dataset, { x: item.x, y: item.y, w: item.w, h: item.h });
      this.dress(view);
      return view.element;
    });
    const present = [...grid.children].filter((one) => one.matches("[data-panel]"));
    if (elements.length !== present.length || elements.some((one, i) => one !== present[i])) grid.replaceChildren(...elements);
  }

  add(key, element, { panel, scope }) {
    this.views.set(key, { key, element, panel, scope, isInSight: false, loaded: 0 });
    this.sight.observe(element);
  }

  // Its title, links and time, with what is chosen.
  dress({ element, panel, scope }) {
    const text = (words) => this.variables.text(words, "text", { scope });
    const title = element.querySelector(".title");
    if (title) title.textContent = title.title = text(panel.title);
    element.setAttribute("aria-label", text(panel.title));
    element.classList.toggle("bare", Boolean(panel.isTransparent));
    panelLinks(element, panel, (words) => this.variables.text(words, "glob", { scope }));
    element.querySelector(".panel-time")?.remove();
    const words = [
      panel.timeFrom && this.isRelative() && say("script.panelFrom", { span: panel.timeFrom }), panel.timeShift && say("script.panelShift", { span: panel.timeShift }),
    ].filter((one) => one && !panel.hidesOwnTime);
    if (!words.length || !title) return;
    const note = document.createElement("p");
    note.className = "panel-time note";
    note.textContent = words.join(", ");
    title.after(note);
  }

  // MARK: times

  look(entries) {
    const views = new Map([...this.views.values()].map((view) => [view.element, view]));
    for (const { target, isIntersecting } of entries) {
      const view = views.get(target);
      if (view) view.isInSight = isIntersecting;
    }
    this.seen();
    this.pump();
  }

  // Loads what is in sight now, and the others when they come into it.
  // - isNew: whether what is shown is no longer what was asked for.
  async load({ isNew = true } = {}) {
    await this.isSeen;
    this.generation += 1;
    this.isAgain = !isNew;
    if (isNew) for (const view of this.views.values()) view.abort?.abort();
    const before = asked.count;
    this.begun = performance.now();
    const marks = this.marks && this.sinceFirst(this.range()).then((range) => this.marks.load(range)).then(() => this.drawMarks());
    this.pump();
    await Promise.all([marks, this.idle()]);
    this.isDone = true;
    this.root.dataset.loaded = "yes";
    // What a look costs says how often one may look.
    this.pause = (asked.count - before) * 60 / perMinute;
  }

  idle() {
    if (!this.running && !this.next()) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  next() { return [...this.views.values()].find((view) => view.isInSight && !view.isLoading && view.loaded !== this.generation); }

  pump() {
    if (!this.generation) return;
    while (this.running < atOnce) {
      const view = this.next();
      if (!view) break;
      this.running += 1;
      this.run(view).finally(() => { this.running -= 1; this.pump(); });
    }
    if (!this.running && !this.next()) for (const resolve of this.waiting.splice(0)) resolve();
  }

  async run(view) {
    const generation = this.generation;
    const { element, panel, scope } = view;
    view.isLoading = true;
    view.abort = new AbortController();
    const { signal } = view.abort;
    try {
      if (!view.drawing) {
        const Drawing = await drawingOf(panel);
        const body = element.querySelector(panel.type === "timeseries" ? ".plot" : ".body, .big");
        // What is not drawn here stands as it is.
        view.drawing = Drawing && body ? new Drawing(body, panel) : { load: async () => 1 };
      }
      const count = await view.drawing.load(await this.rangeOf(panel, scope), this.contextOf(view, signal));
      if (signal.aborted) return;
      if (!window.uPlot && panel.type === "timeseries") tell(element, say("script.noCharts"));
      else tell(element, count ? "" : panel.emptyNote || await whyEmpty(panel.targets ?? [], this.variables, { scope }));
      if (panel.notDrawn) element.dataset.state = "placeholder";
      view.loaded = generation;
    } catch (error) {
      if (signal.aborted) return;
      view.loaded = generation;
      tell(element, error.message);
    } finally {
      view.isLoading = false;
    }
  }

  // A panel's own time, and how far in the past. A young server's begins with its first sample: steps over a month that
  // it was not there would miss what it has.
  async rangeOf(panel, scope) {
    let { start, end } = this.range();
    const text = (words) => this.variables.text(words, "raw", { scope });
    // Where moments are chosen, they hold for all panels.
    if (panel.timeFrom && this.isRelative()) {
      const own = text(panel.timeFrom);
      const begin = moment(own.startsWith("now") ? own : `now-${own}`);
      if (!Number.isNaN(begin)) [start, end] = [begin / 1000, Date.now() / 1000];
    }
    const shift = panel.timeShift ? spanOf(text(panel.timeShift).split("/")[0]) / 1000 || 0 : 0;
    if (shift) [start, end] = [start - shift, end - shift];
    // Lines of logs may be older than all samples.
    return panel.type === "logs" ? { start, end } : this.sinceFirst({ start, end });
  }

  // The part of a time in which there may be samples.
  async sinceFirst({ start, end }) {
    const first = await this.firstSample();
    return { start: first > start && first < end ? Math.min(first, end - leastSpan) : start, end };
  }

  contextOf({ element, panel, scope }, signal) {
    const { variables } = this;
    const scrape = (target) => {
      const least = spanOf(variables.text(target?.interval ?? panel.interval ?? "", "raw", { scope })) / 1000;
      return Number.isNaN(least) ? undefined : least;
    };
    const stepOf = (target, range, pixels = element.clientWidth || 600) => {
      const points = panel.maxDataPoints > 0 ? Math.min(panel.maxDataPoints, 10_000) : Math.max(100, Math.min(pixels, 10_000));
      // Grafana's steps are as long as samples are usually apart; a young server's few seconds are still a line.
      const usual = this.marks ? Math.min(15, Math.floor((range.end - range.start) / 30)) : 0;
      const span = range.end - range.start;
      const step = Math.ceil(Math.max(scrape(target) ?? usual, span / points) * (target?.intervalFactor ?? 1));
      // There are two points at least.
      return Math.max(1, Math.min(step, Math.floor(span)));
    };
    const substitute = (expr, step, target) => variables.promql(expr, { step, scrape: scrape(target), scope });
    return {
      signal, stepOf, substitute, scope,
      // Whether it is a look that nobody asked for.
      isAgain: this.isAgain,
      text: (words, format = "text") => variables.text(words, format, { scope }),
      variables: Object.fromEntries(variables.list.map(({ name }) => [name, variables.find(name, { scope })])),
      marks: this.marks,
      query: (target, range, step = stepOf(target, range)) => {
        const query = substitute(target.expr, step, target);
        if (target.isInstant) return ask("/api/v1/query", { query, time: range.end }, signal);
        const grid = { start: Math.floor(range.start / step) * step, end: Math.floor(range.end / step) * step };
        return ask("/api/v1/query_range", { query, ...grid, step }, signal);
      },
    };
  }

  // When the first sample of all is, in seconds.
  firstSample() {
    this.first ??= ask("/api/v1/status/tsdb", { limit: 1 }).then(({ headStats: { minTime } }) => minTime > 0 && minTime < Date.now() ? minTime / 1000 : 0).catch(() => 0);
    return this.first;
  }

  drawMarks() { for (const { drawing } of this.views.values()) drawing?.redraw?.(); }
}

