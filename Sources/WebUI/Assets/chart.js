// One time series chart: fetches its steps from the server and draws them with uPlot.
import { queryRange, shown, legendText, colorsOf, css, paintOf } from "./series.js";
import { dated, say } from "./say.js";
import { local, offset, offsetText, zone } from "./times.js";
import { findExemplars, placeExemplars } from "./exemplars.js";

const syncKey = window.uPlot?.sync("time");

function columns(results, range, step) {
  const times = [];
  for (let t = range.start; t <= range.end + 1e-6; t += step) times.push(t);
  const index = new Map(times.map((t, i) => [Math.round(t * 1000), i]));
  const rows = results.map(({ values }) => {
    const row = new Array(times.length).fill(null);
    for (const [t, v] of values) {
      const i = index.get(Math.round(t * 1000));
      const number = Number(v);
      if (i !== undefined && Number.isFinite(number)) row[i] = number;
    }
    return row;
  });
  return [times, ...rows];
}

export class Chart {
  constructor(element, panel) {
    this.element = element;
    this.panel = panel;
    this.plot = null;
    this.exemplars = [];
    new ResizeObserver(() => this.resize()).observe(element);
    document.addEventListener("themechange", () => this.draw());
  }

  size() { return { width: Math.max(120, this.element.clientWidth), height: Math.max(120, this.element.clientHeight) }; }

  resize() { this.plot?.setSize(this.size()); }

  // Steps no finer than the panel's pixels, on a grid that stays put from one refresh to the next.
  async load(range, substitute) {
    const steps = Math.max(30, Math.min(600, this.element.clientWidth || 600));
    const step = Math.max(1, Math.ceil((range.end - range.start) / steps));
    const grid = { start: Math.floor(range.start / step) * step, end: Math.floor(range.end / step) * step };
    const found = [];
    for (const target of this.panel.targets) {
      const data = await queryRange(substitute(target.expr, step), grid, step);
      for (const series of data.result) if (belongs(series.metric, this.panel.only)) found.push({ ...series, text: legendText(target.legendFormat, series.metric, target.expr) });
    }
    this.exemplars = await findExemplars(this.panel, grid, substitute, step, this.element.clientWidth || 600);
    this.series = found;
    this.data = columns(found, grid, step);
    this.range = grid;
    this.draw();
    return found.length;
  }

  draw() {
    if (!this.data || !window.uPlot) return;
    const { panel } = this;
    const key = this.series.map((s) => s.text).join("\u0000") + css("--text");
    if (this.plot && this.key === key) {
      this.plot.setData(this.data, false);
      this.plot.setScale("x", { min: this.range.start, max: this.range.end });
      this.showValues(this.plot.cursor.idx);
      return;
    }
    this.plot?.destroy();
    this.key = key;
    const axis = { stroke: css("--muted"), grid: { stroke: css("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    const limits = panel.lineThresholds ? panel.thresholds.filter((t) => t.value !== null && t.value !== undefined) : [];
    const colors = colorsOf(this.series);
    const options = {
      ...this.size(), tzDate: (seconds) => window.uPlot.tzDate(new Date(seconds * 1000), zone === "UTC" ? "Etc/UTC" : zone), legend: { show: false }, cursor: { sync: { key: syncKey?.key }, drag: { x: true, y: false } },
      scales: { x: { time: true }, y: { range: (_, min, max) => yRange(panel, min, max, limits.map((t) => t.value)) } },
      axes: [{ ...axis, values: moments, space: leastSpace }, { ...axis, size: 64, values: (_, ticks) => ticks.map((v) => shown(v, panel.unit)) }],
      series: [{}, ...this.series.map((s, i) => ({ label: s.text, stroke: css(colors[i]), width: 1.5, points: { show: false }, spanGaps: false }))],
      hooks: {
        drawClear: [(u) => (panel.shades ?? []).forEach((shade) => drawShade(u, shade))],
        draw: [(u) => { drawAlerts(u); limits.forEach((limit) => drawLimit(u, limit)); placeExemplars(u, this.exemplars, (one) => this.textOf(one)); }],
        setSelect: [(u) => {
          if (u.select.width < 4) return;
          const detail = { start: u.posToVal(u.select.left, "x"), end: u.posToVal(u.select.left + u.select.width, "x") };
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          document.dispatchEvent(new CustomEvent("zoom", { detail }));
        }],
        setCursor: [(u) => this.showValues(u.cursor.idx)],
      },
    };
    this.element.replaceChildren();
    this.plot = new window.uPlot(options, this.data, this.element);
    this.showValues(null);
  }

  textOf({ trace, time, value, series }) {
    const names = [series.service_name, series.span_name, series.client && `${series.client} → ${series.server}`].filter(Boolean);
    const text = shown(value, this.panel.unit, this.panel.decimals);
    return [say("script.trace", { trace }), ...names, say("script.valueAt", { value: text, time: local(time * 1000).slice(11, 19) })].join(", ");
  }

  lastValue(index) { return this.data[index + 1].findLast((value) => value !== null); }

  showValues(index) {
    const legend = this.element.parentElement.querySelector(".legend");
    if (!legend) return;
    const colors = colorsOf(this.series);
    const texts = this.series.map((s, i) => `${s.text} ${shown(this.lastValue(i), this.panel.unit, this.panel.decimals)}`);
    this.element.setAttribute("role", "img");
    this.element.setAttribute("aria-label", `${this.panel.title}: ${texts.slice(0, 12).join(", ") || say("script.noData")}`);
    legend.replaceChildren(...this.series.slice(0, 60).map((s, i) => {
      const row = this.data[i + 1];
      const value = index === null || index === undefined ? this.lastValue(i) : row[index];
      const item = document.createElement("span");
      item.style.setProperty("--c", `var(${colors[i]})`);
      item.textContent = `${s.text} ${shown(value, this.panel.unit, this.panel.decimals)}`;
      return item;
    }));
  }
}

// "14:05", with the date below the first one and at midnight, and the distance from UTC where it has changed.
function moments(_, times, __, ___, step) {
  return times.map((time, i) => {
    const text = local(time * 1000);
    if (step >= 86400) return dated(text.slice(0, 10));
    const clock = text.slice(11, step < 60 ? 19 : 16);
    if (i > 0 && offset(time * 1000) !== offset(times[i - 1] * 1000)) return `${clock}\n${offsetText(time * 1000)}`;
    return i === 0 || clock.startsWith("00:00") ? `${clock}\n${dated(text.slice(0, 10))}` : clock;
  });
}

// What a moment of the axis needs, in pixels: seconds and dates are longer than an hour with its minutes.
function leastSpace(_, __, from, to, width) {
  const seconds = 44 * (to - from) / width;
  return seconds > 30 && seconds < 43200 ? 44 : 84;
}

// Every threshold's line is in sight, however far the values are from it.
function yRange(panel, min, max, limits) {
  const low = Math.min(panel.min ?? Math.min(min ?? 0, 0), ...limits);
  let high = Math.max(panel.max ?? max ?? 1, ...limits);
  if (!(high > low)) high = low + 1;
  return [low, high === panel.max ? high : low + (high - low) * 1.08];
}

// Times in which an alert of the page's camera fired, as its band tells them: milliseconds, two a time.
function drawAlerts(u) {
  const alerts = [...document.querySelectorAll("[data-alerts]")].flatMap((lane) => lane.dataset.alerts.split(" "));
  if (!alerts.length) return;
  const { left, top, width, height } = u.bbox;
  u.ctx.save();
  u.ctx.fillStyle = css("--bad");
  for (const alert of alerts.slice(0, 2000)) {
    const [from, to] = alert.split("-").map((time) => u.valToPos(Number(time) / 1000, "x", true));
    const [begin, end] = [Math.max(left, from), Math.min(left + width, Math.max(to, from + 1))];
    if (!(end > begin)) continue;
    u.ctx.globalAlpha = 0.08;
    u.ctx.fillRect(begin, top, end - begin, height);
    u.ctx.globalAlpha = 0.9;
    u.ctx.fillRect(begin, top, end - begin, 3);
  }
  u.ctx.restore();
}

function drawLimit(u, limit) {
  const y = u.valToPos(limit.value, "y", true);
  if (y < u.bbox.top || y > u.bbox.top + u.bbox.height) return;
  u.ctx.save();
  u.ctx.strokeStyle = paintOf(limit.color);
  u.ctx.setLineDash([6, 4]);
  u.ctx.beginPath();
  u.ctx.moveTo(u.bbox.left, y);
  u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
  u.ctx.stroke();
  u.ctx.restore();
}

// Whether a series has no other value of any of the wanted labels.
function belongs(metric, only) {
  return !only || Object.entries(only).every(([name, value]) => !(name in metric) || metric[name] === value);
}

function drawShade(u, { start, end, color }) {
  const place = (time) => Math.min(u.bbox.left + u.bbox.width, Math.max(u.bbox.left, u.valToPos(time / 1000, "x", true)));
  const [left, right] = [place(start), place(end ?? Date.now())];
  if (right <= left) return;
  u.ctx.save();
  u.ctx.globalAlpha = 0.12;
  u.ctx.fillStyle = paintOf(color);
  u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
  u.ctx.restore();
}
