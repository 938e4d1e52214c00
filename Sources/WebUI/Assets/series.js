// Queries and numbers: what charts and panels share.
import { number, say } from "./say.js";

export async function queryRange(expr, range, step) {
  const body = new URLSearchParams({ query: expr, start: range.start, end: range.end, step });
  return ask("/api/v1/query_range", body);
}

export async function queryInstant(expr, time) {
  return ask("/api/v1/query", new URLSearchParams({ query: expr, time }));
}

async function ask(path, body) {
  const answer = await fetch(path, { method: "POST", body });
  const json = await answer.json();
  if (json.status !== "success") throw new Error(json.error ?? say("script.answered", { status: answer.status }));
  return json.data;
}

export async function labelValues(label, metric) {
  const query = metric ? "?" + new URLSearchParams({ "match[]": metric }) : "";
  return (await (await fetch(`/api/v1/label/${encodeURIComponent(label)}/values${query}`)).json()).data ?? [];
}

const prefixes = ["", "k", "M", "G", "T", "P"];
function scaled(value, unit, base = 1000, digits) {
  let index = 0;
  while (Math.abs(value) >= base && index < prefixes.length - 1) { value /= base; index += 1; }
  const prefix = base === 1024 && index ? prefixes[index].toUpperCase() + "i" : prefixes[index];
  return `${round(value, digits)} ${prefix}${unit}`.trim();
}

function round(value, digits) {
  if (digits !== undefined && digits !== null) return number(value.toFixed(digits));
  const size = Math.abs(value);
  return number(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3)));
}

// Grafana's unit names, as far as dashboards of cameras use them.
export function shown(value, unit, digits) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  switch (unit) {
    case "percent": return `${round(value, digits)} %`;
    case "percentunit": return `${round(value * 100, digits)} %`;
    case "bytes": return scaled(value, "B", 1024, digits);
    case "decbytes": return scaled(value, "B", 1000, digits);
    case "decmbytes": return scaled(value * 1e6, "B", 1000, digits);
    case "Bps": case "binBps": return scaled(value, "B/s", 1000, digits);
    case "bps": return scaled(value, "b/s", 1000, digits);
    case "Mbits": return scaled(value * 1e6, "b/s", 1000, digits);
    case "ms": return value >= 1000 ? `${round(value / 1000, digits ?? 2)} s` : `${round(value, digits)} ms`;
    case "s": return value !== 0 && Math.abs(value) < 1 ? `${round(value * 1000, digits)} ms` : `${round(value, digits)} s`;
    case "none": case undefined: case null: case "": return round(value, digits);
    case "short": return scaled(value, "", 1000, digits);
    default: return `${round(value, digits)} ${unit}`;
  }
}

export function legendText(format, metric, expr) {
  if (format && format !== "__auto") return format.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, name) => metric[name] ?? "");
  const rest = Object.entries(metric).filter(([name]) => name !== "__name__");
  if (!rest.length) return metric.__name__ ?? expr;
  return (metric.__name__ ?? "") + "{" + rest.map(([name, value]) => `${name}="${value}"`).join(", ") + "}";
}

// A camera keeps its colour in every chart; within a chart no two of the first eight series have the same.
export function colorsOf(series) {
  const used = new Set();
  return series.map((s, index) => {
    let slot = preferredSlot(s.metric, index);
    for (let tries = 0; used.has(slot) && tries < 8; tries += 1) slot = (slot + 1) % 8;
    used.add(slot);
    return `--s${slot + 1}`;
  });
}

function preferredSlot(metric, index) {
  const camera = metric.camera_id;
  if (!camera) return index % 8;
  const number = /(\d+)\s*$/.exec(camera);
  if (number) return (((Number(number[1]) - 1) % 8) + 8) % 8;
  return [...camera].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7) % 8;
}

const named = {
  green: "--ok", red: "--bad", orange: "--s2", yellow: "--s8", blue: "--accent", purple: "--s4", text: "--text",
};

// Grafana's colours by name, in any of their shades, or as #hex; a name nobody knows is the text's colour.
export function colorOf(name) {
  if (/^#[0-9a-f]{3,8}$/i.test(name)) return name;
  return `var(${named[String(name).replace(/^(super-light|light|semi-dark|dark)-/, "")] ?? "--text"})`;
}

// The same for a canvas, which knows no variables.
export function paintOf(name) {
  const color = colorOf(name);
  return color.startsWith("var(") ? css(color.slice(4, -1)) : color;
}

export function css(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
