// How a field is written and drawn: its panel's style with the overrides for it, and a value in that style.
import { colorOf, gradientOf, paletteOf, placeOf } from "./colors.js";
import { legendText, reduce } from "./frames.js";
import { format } from "./units.js";

export { colorOf, paintOf } from "./colors.js";

// A pattern as Grafana writes it: between slashes, or one that must fit the whole text; null for one that cannot be read.
export function patternOf(text) {
  const [, pattern, flags] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
  try { return pattern === undefined ? new RegExp(`^(?:${text})$`) : new RegExp(pattern, flags.replace("g", "")); } catch { return null; }
}

const compare = {
  gt: (a, b) => a > b, gte: (a, b) => a >= b, lt: (a, b) => a < b, lte: (a, b) => a <= b, eq: (a, b) => a === b, neq: (a, b) => a !== b,
  ">": (a, b) => a > b, ">=": (a, b) => a >= b, "<": (a, b) => a < b, "<=": (a, b) => a <= b, "==": (a, b) => a === b, "=": (a, b) => a === b, "!=": (a, b) => a !== b,
};

function belongs({ matcher, names = [], isExcept, reducer, operation, value }, field) {
  const own = [field.name, field.source].filter((name) => name !== undefined && name !== null);
  switch (matcher) {
    case "byName": return own.some((name) => names.includes(name));
    case "byNames": return own.some((name) => names.includes(name)) !== Boolean(isExcept);
    case "byRegexp": return names.some((text) => Boolean(patternOf(text)?.test(field.name)));
    case "byType": return names.includes(field.type ?? "number");
    case "byFrameRefID": return names.includes(field.refId);
    case "byValue": {
      const found = reduce(field.values ?? [], reducer);
      return value !== undefined && found !== null && Boolean(compare[operation]?.(Number(found), value));
    }
    default: return false;
  }
}

// The style of one field of a panel: later overrides over earlier ones.
export function styleOf(panel, field) {
  const style = { ...panel.field };
  for (const override of panel.overrides ?? []) {
    if (!belongs(override, field)) continue;
    const { clears = [], ...own } = override.style;
    for (const name of clears) delete style[name];
    Object.assign(style, own);
  }
  return style;
}

// What a series is called in its style.
export function nameOf({ labels = {}, name }, target, style = {}) {
  const own = name ?? legendText(target?.legendFormat, labels, target?.expr ?? "");
  return style.displayName ? named(style.displayName, own, labels) : own;
}

const named = (text, name, labels) => text.replace(/\$\{__(field|series)\.(?:labels(?:\.([^}]+)|\["([^"]+)"\])?|name|displayName)\}/g, (whole, _, a, b) => {
  if (a ?? b) return labels[a ?? b] ?? "";
  return whole.includes(".labels") ? Object.entries(labels).map(([key, value]) => `${key}="${value}"`).join(", ") : name;
});

function isSpecial(value, match) {
  switch (match) {
    case "null": return value === null || value === undefined;
    case "nan": return Number.isNaN(value);
    case "null+nan": return value === null || value === undefined || Number.isNaN(value);
    case "true": return value === true || value === "true";
    case "false": return value === false || value === "false";
    case "empty": return value === "";
    default: return false;
  }
}

// What stands instead of a value: the first mapping that is for it.
export function mapped(value, mappings = []) {
  const isMissing = value === null || value === undefined;
  for (const { kind, match, from, to, text, color } of mappings) {
    if (kind === "special") {
      if (isSpecial(value, match)) return { text, color };
    } else if (isMissing) {
      continue;
    } else if (kind === "value") {
      if (String(value) === match || typeof value === "number" && match !== "" && Number(match) === value) return { text, color };
    } else if (kind === "range") {
      const number = Number.parseFloat(value);
      if (number >= (from ?? -Infinity) && number <= (to ?? Infinity)) return { text, color };
    } else if (kind === "regex") {
      const pattern = patternOf(match);
      if (pattern?.test(String(value))) return { text: text === undefined ? undefined : String(value).replace(pattern, text), color };
    }
  }
  return null;
}

const usual = [{ color: "green" }, { value: 80, color: "red" }];

// The threshold that holds for a value: the last one that it has reached.
export function thresholdOf(value, style, { min, max } = {}) {
  const steps = style.thresholds?.length ? style.thresholds : usual;
  const [low, high] = [style.min ?? min ?? 0, style.max ?? max ?? 100];
  const reached = style.thresholdsArePercent ? (value - low) / (high - low || 1) * 100 : value;
  return steps.findLast((step) => step.value === undefined || step.value === null || reached >= step.value) ?? steps[0];
}

// Where the thresholds lie on an axis, in the values' own unit; the one from the bottom is left out.
export function limitsOf(style, { min = 0, max = 100 } = {}) {
  const [low, high] = [style.min ?? min, style.max ?? max];
  return (style.thresholds ?? []).filter((step) => step.value !== undefined && step.value !== null)
    .map(({ value, color }) => ({ value: style.thresholdsArePercent ? low + (high - low) * value / 100 : value, color }));
}

// The colour of a value.
// - hint: the place of its series, its name, the least and largest value of its field, and the usual mode.
export function valueColor(value, style, hint = {}) {
  const mode = style.color?.mode ?? hint.mode ?? "thresholds";
  if (mode === "fixed") return colorOf(style.color?.fixed ?? "text");
  if (mode === "shades") {
    const share = ((hint.index ?? 0) % 4) * 18;
    return share ? `color-mix(in srgb, ${colorOf(style.color?.fixed ?? "green")}, var(--text) ${share}%)` : colorOf(style.color?.fixed ?? "green");
  }
  if (mode === "palette-classic-by-name") return paletteOf(placeOf(hint.name ?? ""));
  if (mode.startsWith("palette-")) return paletteOf(hint.index ?? 0);
  const number = typeof value === "number" ? value : Number.NEGATIVE_INFINITY;
  if (mode.startsWith("continuous-")) {
    const [low, high] = [style.min ?? hint.min ?? 0, style.max ?? hint.max ?? 100];
    return gradientOf(mode, (number - low) / (high - low || 1));
  }
  return colorOf(thresholdOf(Number.isNaN(number) ? Number.NEGATIVE_INFINITY : number, style, hint).color);
}

// A value in its style: its text with what stands before and behind it, and its colour.
export function display(value, style, hint = {}) {
  const instead = mapped(value, style.mappings);
  const color = instead?.color ? colorOf(instead.color) : valueColor(value, style, hint);
  if (instead?.text !== undefined && instead?.text !== null) return { text: instead.text, prefix: "", suffix: "", color, value, isMapped: true };
  if (value === null || value === undefined || value === "") return { text: style.noValue ?? "–", prefix: "", suffix: "", color, value, isMissing: true };
  const number = typeof value === "boolean" ? Number(value) : value;
  if (typeof number === "number" && style.unit !== "string") return { prefix: "", suffix: "", ...format(number, style.unit, style.decimals), color, value };
  // A text that is a number is written as one where the field has a unit.
  if (typeof number === "string" && style.unit && style.unit !== "string" && number.trim() !== "" && Number.isFinite(Number(number))) {
    return { ...format(Number(number), style.unit, style.decimals), color, value };
  }
  return { text: Array.isArray(value) ? value.join(", ") : String(value), prefix: "", suffix: "", color, value };
}

export const textOf = ({ prefix, text, suffix }) => prefix + text + suffix;
