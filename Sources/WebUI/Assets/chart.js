// One time series chart: fetches its steps from the server and draws them with uPlot.
import { aligned, bridged, drawn, incrementsOf, linesOfPowers, lonely, scalesOf, tickTexts, timesOf, yRange } from "./chart-data.js";
import { Cursor } from "./chart-cursor.js";
import { drawAlerts, drawAreas, drawLines, drawMarks, drawShade, fadingOf, schemeOf } from "./chart-draw.js";
import { Kept } from "./chart-kept.js";
import { Legend, valueText } from "./chart-legend.js";
import { painted, shadeOf } from "./colors.js";
import { findExemplars, placeExemplars } from "./exemplars.js";
import { nameOf, styleOf, valueColor } from "./field.js";
import { apart, legendText, reduce } from "./frames.js";
import { extent, framesFor } from "./panel-data.js";
import { dated, say } from "./say.js";
import { colorsOf, css } from "./series.js";
import { local, offset, offsetText, zone } from "./times.js";
import { shown } from "./units.js";

const syncKey = window.uPlot?.sync("time");

// More series are no chart any longer: the rest is told.
const seriesMax = 500;

export class Chart {
  constructor(element, panel) {
    this.element = element;
    this.panel = panel;
    this.plot = null;
    this.exemplars = [];
    this.kept = new Kept();
    // The names of series that somebody has taken away.
    this.off = new Set();
    this.cursor = new Cursor(this, element);
    this.legend = new Legend(this, element.parentElement.querySelector(".legend"));
    new ResizeObserver(() => this.resize()).observe(element);
    document.addEventListener("themechange", () => this.draw());
  }

  size() { return { width: Math.max(120, this.element.clientWidth), height: Math.max(60, this.element.clientHeight) }; }

  resize() {
    const { width, height } = this.size();
    if (this.plot && (this.plot.width !== width || this.plot.height !== height)) this.plot.setSize({ width, height });
  }

  // Steps no finer than the panel's pixels, on a grid that stays put from one refresh to the next.
  async load(range, context) {
    this.context = context;
    const targets = this.panel.targets ?? [];
    const step = Math.max(1, ...targets.map((target) => context.stepOf(target, range, this.element.clientWidth)));
    const grid = { start: Math.floor(range.start / step) * step, end: Math.floor(range.end / step) * step };
    const found = this.panel.transformations?.length
      ? fieldsOf(await framesFor(this.panel, grid, context, this.element.clientWidth), targets)
      : await this.ask(targets, grid, step, context);
    const substitute = (expr) => context.substitute(expr, step);
    this.exemplars = await findExemplars(this.panel, grid, substitute, step, this.element.clientWidth || 600);
    if (context.signal?.aborted) return 0;
    this.more = Math.max(0, found.length - seriesMax);
    this.series = found.slice(0, seriesMax).map((one, index) => this.dressed(one, index, grid, step));
    this.colour();
    this.times = timesOf(grid, step);
    this.range = grid;
    this.draw();
    return this.series.length;
  }

  // Looks again by itself only at what is new.
  async ask(targets, grid, step, context) {
    if (!context.isAgain || targets.some(({ isInstant }) => isInstant)) this.kept.forget();
    const start = this.kept.startFor(targets.map((target) => context.substitute(target.expr, step, target)).join("\n"), grid, step);
    const answers = await Promise.all(targets.map((target) => context.query(target, { start, end: grid.end }, step)));
    const rest = { start, end: grid.end };
    return this.kept.merge(answers.flatMap((data, place) => this.seriesOf(targets[place], data, step)
      .map(({ samples, ...one }) => ({ ...one, place, values: aligned(samples, rest, step) }))), grid);
  }

  // A series without labels is called by what was asked.
  seriesOf(target, data, step) {
    const format = this.context.text(target.legendFormat ?? "", "glob");
    const expr = this.context.substitute(target.expr, step, target);
    const results = target.format === "heatmap" ? apart(resultsOf(data)) : resultsOf(data);
    return results.filter(({ metric }) => belongs(metric, this.panel.only))
      .map(({ metric, samples }) => ({ metric, samples, target, own: legendText(format, metric, expr) }));
  }

  dressed({ metric, samples, values: known, target, own }, index, grid, step) {
    const values = known ?? aligned(samples, grid, step);
    const style = styleOf(this.panel, { name: own, source: "Value", labels: metric, refId: target?.refId, type: "number", values });
    if (style.displayName) style.displayName = this.context.text(style.displayName, "glob");
    // What a camera should deliver stands behind what it does.
    if (/_expected$/.test(metric.__name__ ?? "")) Object.assign(style, { dashes: style.dashes ?? [6, 4], color: style.color ?? { mode: "fixed", fixed: "var(--muted)" } });
    return { metric, values, style, own, index, name: nameOf({ name: own, labels: metric }, target, style), isExpected: /_expected$/.test(metric.__name__ ?? "") };
  }

  colour() {
    const usual = colorsOf(this.series);
    const ends = extent(this.series.flatMap(({ values }) => Object.values(extent(values))));
    this.series.forEach((one, index) => {
      const { style } = one;
      const mode = style.color?.mode;
      if (one.isExpected && style.color?.fixed === "var(--muted)") one.color = "var(--muted)";
      else if (!mode || mode === "palette-classic") one.color = shadeOf(`var(${usual[index]})`, index);
      else {
        const by = { min: "min", max: "max" }[style.color.by] ?? "lastNotNull";
        one.color = valueColor(reduce(one.values, by), style, { ...ends, index, name: one.name, mode: "palette-classic" });
      }
      one.ends = ends;
    });
  }

  draw() {
    if (!this.series || !window.uPlot) return;
    for (const one of this.series) one.isOff = this.off.has(one.name) || Boolean(one.style.isHidden);
    this.scales = scalesOf(this.series);
    const { rows, bands } = drawn(this.series);
    const step = this.times[1] - this.times[0];
    this.data = [this.times, ...rows.map((row, i) => bridged(row, (this.series[i].style.spansNullsUpTo ?? 0) / 1000 / step))];
    const key = JSON.stringify([this.series.map(({ name, color, isOff, scale }) => [name, color, isOff, scale]), bands, css("--text"), css("--panel")]);
    if (this.plot && this.key === key) {
      this.plot.setData(this.data, false);
      this.plot.setScale("x", { min: this.range.start, max: this.range.end });
    } else {
      this.plot?.destroy();
      this.key = key;
      this.element.replaceChildren();
      this.plot = new window.uPlot(this.options(bands), this.data, this.element);
      this.plot.setScale("x", { min: this.range.start, max: this.range.end });
    }
    this.tell();
    this.legend.show();
  }

  redraw() { this.plot?.redraw(false); }

  options(bands) {
    const { panel, scales } = this;
    return {
      ...this.size(), legend: { show: false }, padding: [8, null, null, null],
      tzDate: (seconds) => window.uPlot.tzDate(new Date(seconds * 1000), zone === "UTC" ? "Etc/UTC" : zone),
      cursor: {
        sync: { key: syncKey?.key, setSeries: false }, drag: { x: true, y: false }, points: { size: 6 },
        // The cursor counts clicks itself.
        bind: { dblclick: () => null },
      },
      scales: { x: { time: true }, ...Object.fromEntries(scales.map((scale) => [scale.key, this.scaleOf(scale)])) },
      axes: [axis({ show: !panel.options?.hidesTimes, values: moments, space: leastSpace, size: (u) => u.height < low ? 24 : 40 }), ...scales.map((scale) => this.axisOf(scale))],
      series: [{}, ...this.series.map((one) => this.lineOf(one, bands))],
      bands: bands.map(([upper, lower]) => ({ series: [upper + 1, lower + 1] })),
      hooks: {
        drawClear: [(u) => { for (const scale of scales) drawAreas(u, scale); for (const shade of panel.shades ?? []) drawShade(u, shade); }],
        draw: [(u) => {
          drawAlerts(u);
          drawMarks(u, this.context?.marks?.of(panel) ?? []);
          for (const scale of scales) drawLines(u, scale);
          placeExemplars(u, this.exemplars, (one) => this.textOf(one));
        }],
        setSelect: [(u) => this.zoomIn(u)],
        setCursor: [(u) => this.cursor.move(u)],
      },
    };
  }

  scaleOf(scale) {
    const { style } = scale;
    if (style.logBase) {
      const base = style.logBase === 2 ? 2 : 10;
      return { distr: 3, log: base, range: (_, min, max) => window.uPlot.rangeLog(style.min > 0 ? style.min : min > 0 ? min : 1e-3, style.max > 0 ? style.max : max > 0 ? max : 1, base, true) };
    }
    return { range: (_, min, max) => yRange(scale, min, max) };
  }

  axisOf({ key, side, unit, style }) {
    const lines = { stroke: css("--line"), width: 1, ...style.logBase ? { filter: linesOfPowers(style.logBase === 2 ? 2 : 10) } : {} };
    if (!side) return { scale: key, show: false };
    return axis({
      scale: key, side: side === "right" ? 1 : 3, size: axisSize, space: 24, grid: side === "right" ? { show: false } : lines,
      label: style.axisLabel, labelSize: style.axisLabel ? 20 : 0, labelFont: "12px system-ui", incrs: style.logBase ? undefined : incrementsOf(unit),
      values: (_, ticks) => tickTexts(ticks, unit, unit === style.unit ? style.decimals : undefined, unit === style.unit ? style.mappings : undefined),
    });
  }

  lineOf(one, bands) {
    const { style, index, isOff } = one;
    const stroke = painted(one.color);
    const { paths } = window.uPlot;
    const kind = style.drawStyle ?? "line";
    const isFilledTo = style.fillBelowTo && bands.some(([upper]) => upper === index);
    const opacity = style.fillOpacity || (isFilledTo ? 35 : 0);
    // Many thick lines take long to draw.
    const width = kind === "points" ? 0 : style.lineWidth ?? (this.series.length > 10 ? 1 : 1.5);
    const build = {
      bars: () => paths.bars({ size: [0.6, 200], align: 0 }), points: () => () => null,
    }[kind] ?? { smooth: () => paths.spline(), stepBefore: () => paths.stepped({ align: -1 }), stepAfter: () => paths.stepped({ align: 1 }) }[style.lineInterpolation];
    const points = kind === "points" || style.showPoints === "always" ? { show: true }
      : kind === "bars" || style.showPoints === "never" ? { show: false }
        : style.spansNulls ? {} : { filter: (u, at, show) => show ? null : lonely(u.data[at], ...u.series[at].idxs) };
    return {
      label: one.name, scale: one.scale, show: !isOff, stroke: schemeOf(one) ?? stroke, width, paths: build?.(), spanGaps: Boolean(style.spansNulls),
      dash: style.dashes?.length ? style.dashes : undefined, cap: style.dashCap, fill: opacity && kind !== "points" ? schemeOf(one, opacity) ?? fadingOf(one, stroke, opacity) ?? faded(stroke, opacity) : undefined,
      points: { ...points, size: Math.max(2, style.pointSize ?? 5), width: 1, fill: stroke },
    };
  }

  zoomIn(u) {
    if (u.select.width < 4) return;
    const detail = { start: u.posToVal(u.select.left, "x"), end: u.posToVal(u.select.left + u.select.width, "x") };
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    // The others are told by this one.
    if (this.cursor.isHere) document.dispatchEvent(new CustomEvent("zoom", { detail }));
  }

  zoomOut() {
    if (this.range) document.dispatchEvent(new CustomEvent("zoomout"));
  }

  textOf({ trace, time, value, series }) {
    const names = [series.service_name, series.span_name, series.client && `${series.client} → ${series.server}`].filter(Boolean);
    const text = shown(value, this.panel.field?.unit, this.panel.field?.decimals);
    return [say("script.trace", { trace }), ...names, say("script.valueAt", { value: text, time: local(time * 1000).slice(11, 19) })].join(", ");
  }

  tell() {
    const texts = this.series.slice(0, 12).map((one) => `${one.name} ${valueText(one, reduce(one.values, "lastNotNull"))}`);
    this.element.setAttribute("role", "img");
    this.element.setAttribute("aria-roledescription", say("script.chart"));
    this.element.setAttribute("aria-label", `${this.panel.title}: ${texts.join(", ") || say("script.noData")}`);
  }
}

function resultsOf(data) {
  if (data.resultType === "scalar" || data.resultType === "string") return [{ metric: {}, samples: [data.result] }];
  return data.result.map(({ metric, values, value }) => ({ metric, samples: values ?? (value ? [value] : []) }));
}

// The fields of frames that have a time, as series.
function fieldsOf(frames, targets) {
  return frames.flatMap((frame) => {
    const time = frame.fields.find(({ type }) => type === "time");
    if (!time) return [];
    return frame.fields.filter(({ type }) => type === "number").map((field) => ({
      metric: field.labels ?? {}, target: targets.find(({ refId }) => refId === frame.refId), own: field.name,
      samples: time.values.map((at, i) => [at / 1000, field.values[i] ?? null]),
    }));
  });
}

const faded = (color, percent) => `color-mix(in srgb, ${color} ${Math.min(100, percent)}%, transparent)`;

function axis(own) {
  return { stroke: css("--muted"), ticks: { show: false }, font: "12px system-ui", ...own, grid: own.grid ?? { stroke: css("--line"), width: 1 } };
}

// As wide as the longest text needs; charts below each other mostly begin at one place.
const leastAxis = 64;
let ruler;
function axisSize(u, texts, index, cycle) {
  if (cycle > 1) return u.axes[index]._size;
  ruler ??= document.createElement("canvas").getContext("2d");
  ruler.font = "12px system-ui";
  return Math.max(leastAxis, ...(texts ?? []).map((text) => Math.ceil(ruler.measureText(text).width) + 10));
}

// A chart of fewer pixels has room for one line: a date stands at midnight only.
const low = 130;

// "14:05", with the date below the first one and at midnight, and the distance from UTC where it has changed.
function moments(u, times, __, ___, step) {
  return times.map((time, i) => {
    const text = local(time * 1000);
    if (step >= 86400) return dated(text.slice(0, 10));
    const clock = text.slice(11, step < 60 ? 19 : 16);
    if (i > 0 && offset(time * 1000) !== offset(times[i - 1] * 1000)) return `${clock}\n${offsetText(time * 1000)}`;
    const isMidnight = clock.startsWith("00:00");
    if (u.height < low) return isMidnight ? dated(text.slice(0, 10)) : clock;
    return i === 0 || isMidnight ? `${clock}\n${dated(text.slice(0, 10))}` : clock;
  });
}

// What a moment of the axis needs, in pixels: seconds and dates are longer than an hour with its minutes.
function leastSpace(_, __, from, to, width) {
  const seconds = 44 * (to - from) / width;
  return seconds > 30 && seconds < 43200 ? 44 : 84;
}

// Whether a series has no other value of any of the wanted labels.
function belongs(metric, only) {
  return !only || Object.entries(only).every(([name, value]) => !(name in metric) || metric[name] === value);
}
