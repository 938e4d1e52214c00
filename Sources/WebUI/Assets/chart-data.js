// The rows of a chart: values on a grid of times, as they are and as they are drawn; and its axes.
import { mapped } from "./field.js";
import { isBinary, shown } from "./units.js";

// Values at the times of the grid; what is missing is `null`.
export function aligned(samples, grid, step) {
  const row = new Array(Math.floor((grid.end - grid.start) / step + 1e-6) + 1).fill(null);
  for (const [time, value] of samples) {
    const index = Math.round((time - grid.start) / step);
    const number = value === null ? NaN : Number(value);
    if (index >= 0 && index < row.length && Number.isFinite(number)) row[index] = number;
  }
  return row;
}

export function timesOf(grid, step) {
  return Array.from({ length: Math.floor((grid.end - grid.start) / step + 1e-6) + 1 }, (_, i) => grid.start + i * step);
}

// A series' values as its style has them drawn, before they are stacked.
function bent(values, style) {
  let row = values;
  if (style.nullsAreZero) row = row.map((value) => value ?? 0);
  if (style.transform === "constant") {
    const first = row.find((value) => value !== null) ?? null;
    row = row.map(() => first);
  }
  if (style.transform === "negative-Y") row = row.map((value) => value === null ? null : -value);
  return row;
}

// What is missing between two values that are no further apart than that, in steps, is `undefined`: the line goes on over it.
export function bridged(row, steps) {
  if (!(steps > 1)) return row;
  const whole = [...row];
  let last = -1;
  row.forEach((value, at) => {
    if (value === null) return;
    if (last >= 0 && at - last <= steps) whole.fill(undefined, last + 1, at);
    last = at;
  });
  return whole;
}

// Values with nothing beside them, of which no line is seen.
export function lonely(row, from, to) {
  const isHole = (at) => at < 0 || at >= row.length || row[at] === null;
  const found = [];
  for (let at = from; at <= to; at += 1) if (typeof row[at] === "number" && isHole(at - 1) && isHole(at + 1)) found.push(at);
  return found.length ? found : null;
}

const isStacked = ({ stacking }) => stacking === "normal" || stacking === "percent";

// The rows that are drawn, and between which of them an area is filled: pairs of upper and lower.
export function drawn(series) {
  const rows = series.map(({ values, style }) => bent(values, style));
  const groups = new Map();
  series.forEach(({ style, scale, isOff }, i) => {
    if (isOff || !isStacked(style)) return;
    const key = [style.stacking, style.stackingGroup ?? "A", scale, style.transform === "negative-Y"].join(" ");
    groups.set(key, [...groups.get(key) ?? [], i]);
  });
  const bands = [];
  for (const members of groups.values()) {
    const length = rows[members[0]].length;
    const isPercent = series[members[0]].style.stacking === "percent";
    const totals = new Array(length).fill(null);
    for (const i of members) rows[i].forEach((value, at) => { if (value !== null) totals[at] = (totals[at] ?? 0) + (isPercent ? Math.abs(value) : value); });
    const sum = new Array(length).fill(0);
    members.forEach((i, place) => {
      rows[i] = rows[i].map((value, at) => {
        if (totals[at] === null) return null;
        sum[at] += isPercent ? (totals[at] ? (value ?? 0) / totals[at] : 0) : value ?? 0;
        return sum[at];
      });
      if (place) bands.push([i, members[place - 1]]);
    });
  }
  series.forEach(({ style, isOff }, i) => {
    if (!style.fillBelowTo || isOff) return;
    const lower = series.findIndex((one) => !one.isOff && (one.name === style.fillBelowTo || one.own === style.fillBelowTo));
    if (lower >= 0 && lower !== i) bands.push([i, lower]);
  });
  return { rows, bands };
}

// Axes: series of one unit and one range share a scale; the first stands left, another one right.
export function scalesOf(series) {
  const scales = new Map();
  for (const one of series) {
    const { style } = one;
    const side = style.axisPlacement ?? "auto";
    const percent = style.stacking === "percent";
    const key = JSON.stringify([percent ? "percentunit" : style.unit ?? "", style.min, style.max, style.axisSoftMin, style.axisSoftMax, style.logBase || 0, side, style.axisLabel ?? ""]);
    if (!scales.has(key)) {
      const isLeftTaken = [...scales.values()].some((scale) => scale.side === "left");
      scales.set(key, {
        key: scales.size ? `y${scales.size + 1}` : "y", style, percent, unit: percent ? "percentunit" : style.unit,
        side: side === "hidden" ? null : side === "right" ? "right" : side === "left" ? "left" : isLeftTaken ? "right" : "left",
      });
    }
    const scale = scales.get(key);
    if (style.thresholdsStyle && style.thresholdsStyle !== "off") scale.limits ??= style;
    if (style.stacking && style.stacking !== "none" || style.drawStyle === "bars") scale.isFromZero = true;
    one.scale = scale.key;
  }
  return [...scales.values()];
}

// Around the values as Grafana has it, from zero where zero is near, or where something stands on it; every threshold's line
// is in sight, however far the values are from it.
export function yRange({ style, percent, limits, isFromZero }, min, max) {
  if (percent) return [min < 0 ? -1 : 0, max > 0 || !(min < 0) ? 1 : 0];
  const lines = limits && !limits.thresholdsArePercent && /line|dashed/.test(limits.thresholdsStyle)
    ? (limits.thresholds ?? []).map(({ value }) => value).filter((value) => value !== undefined && value !== null) : [];
  const all = [min, max, ...lines, ...isFromZero ? [0] : []].filter((value) => Number.isFinite(value));
  const end = (soft) => ({ pad: 0.1, soft: soft ?? 0, mode: soft === undefined ? 3 : 1 });
  let [low, high] = !all.length ? [0, 1] : window.uPlot.rangeNum(Math.min(...all), Math.max(...all), { min: end(style.axisSoftMin), max: end(style.axisSoftMax) });
  // Nothing of a whole is no hundred times it.
  if (style.unit === "percentunit" && all.every((value) => value === 0)) [low, high] = [0, 1];
  if (style.axisIsCentered) [low, high] = [-Math.max(-low, high), Math.max(-low, high)];
  low = style.min ?? low;
  high = style.max ?? high;
  return high > low ? [low, high] : [low, low + 1];
}

// The steps of an axis whose values count in powers of 1,024; the usual ones for all others.
const powersOfTwo = Array.from({ length: 80 }, (_, i) => 2 ** (i - 10));
export const incrementsOf = (unit) => isBinary(unit) ? powersOfTwo : undefined;

// The texts of an axis, with so many decimals that no two are the same; what stands instead of a value does so here, too.
export function tickTexts(ticks, unit, decimals, mappings = []) {
  if (mappings.length) {
    const instead = ticks.map((value) => value === null || value === undefined ? undefined : mapped(value, mappings)?.text);
    if (instead.some(Boolean)) return tickTexts(ticks, unit, decimals).map((text, i) => instead[i] ?? text);
  }
  // There is nothing between yes and no.
  if (/^bool/.test(unit ?? "")) return ticks.map((value) => value === 0 || value === 1 ? shown(value, unit) : "");
  const write = (digits) => ticks.map((value) => value === null || value === undefined ? "" : shown(value, unit, digits));
  const texts = write(decimals);
  const isPlain = (all) => new Set(all.filter(Boolean)).size === all.filter(Boolean).length;
  for (let digits = (decimals ?? 0) + 1, better = texts; digits <= 8; better = write(digits), digits += 1) if (isPlain(better)) return better;
  return texts;
}

// On an axis that counts by powers, the lines of these: all others would be a grey area.
export const linesOfPowers = (base) => (_, splits) => splits.map((value) => value > 0 && Number.isInteger(Number((Math.log(value) / Math.log(base)).toFixed(9))) ? value : null);
