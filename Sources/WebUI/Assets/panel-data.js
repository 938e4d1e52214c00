// What panels share that are no charts: the answers to their queries as frames, the values in them, and links.
import { display, nameOf, patternOf, styleOf } from "./field.js";
import { framesOf, lengthOf, numbered, reduce } from "./frames.js";
import { safeAddress } from "./links.js";
import { transform } from "./transform.js";

// A text with the values of variables, as people read it.
export const worded = (text, context) => context.text(String(text ?? ""));

function wordedAll(options, context) {
  if (typeof options === "string") return worded(options, context);
  if (Array.isArray(options)) return options.map((one) => wordedAll(one, context));
  if (!options || typeof options !== "object") return options;
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [worded(name, context), wordedAll(value, context)]));
}

const isWanted = (metric, only) => !only || Object.entries(only).every(([name, value]) => !(name in metric) || metric[name] === value);

// The frames of all queries of a panel, after its transformations.
export async function framesFor(panel, range, context, width) {
  const answers = await Promise.all(panel.targets.map((target) => context.query(target, range, context.stepOf(target, range, width))));
  const frames = panel.targets.flatMap((target, index) => {
    const data = answers[index];
    const kept = panel.only && Array.isArray(data?.result) ? { ...data, result: data.result.filter(({ metric }) => !metric || isWanted(metric, panel.only)) } : data;
    // A series without labels is called by what was asked.
    const legend = { ...target, legendFormat: context.text(target.legendFormat ?? "", "glob"), expr: context.substitute(target.expr, context.stepOf(target, range, width), target) };
    return framesOf(legend, kept, panel.targets.length > 1);
  }).filter((frame) => lengthOf(frame) > 0);
  const steps = (panel.transformations ?? []).map((one) => ({ ...one, options: wordedAll(one.options, context) }));
  return transform(steps, frames).map(numbered);
}

// The style of a field, with its texts filled in.
export function styleFor(panel, frame, field, context) {
  const style = styleOf(panel, { ...field, refId: field.refId ?? frame.refId });
  return style.displayName ? { ...style, displayName: context.text(style.displayName, "glob") } : style;
}

const isMeant = (field, wanted) => {
  if (!wanted) return field.type === "number";
  return field.name === wanted || field.source === wanted || Boolean(wanted.startsWith("/") && patternOf(wanted)?.test(field.name));
};

// The least and the largest of the numbers; nothing where there are none.
export function extent(values) {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) if (typeof value === "number" && Number.isFinite(value)) { if (value < min) min = value; if (value > max) max = value; }
  return min <= max ? { min, max } : {};
}

// The values that a panel of single values shows: one of each field, or each row's own.
export function valuesOf(panel, frames, context, mode = "thresholds") {
  const { calcs = [], showsAll, fields: wanted, limit } = panel.options ?? {};
  const calc = calcs[0] ?? "lastNotNull";
  const found = [];
  for (const frame of frames) {
    const times = frame.fields.find((field) => field.type === "time")?.values ?? [];
    const texts = frame.fields.filter((field) => field.type === "string");
    for (const field of frame.fields.filter((one) => isMeant(one, wanted))) {
      const style = styleFor(panel, frame, field, context);
      if (style.isHidden) continue;
      const own = { field, frame, style, times, labels: field.labels ?? {}, extent: extent(field.values) };
      if (showsAll) {
        const several = frame.fields.some((one) => one !== field && one.type === "number");
        field.values.slice(0, limit ?? 25).forEach((value, row) => {
          // As Grafana names a row: all its words, and the column where there are other numbers.
          const words = texts.filter((one) => one !== field).map((one) => one.values[row]).filter((text) => text !== null && text !== undefined && text !== "");
          if (several || !words.length) words.push(nameOf({ ...field, labels: own.labels }, null, style));
          const name = words.join(" ");
          found.push({ ...own, value, name: style.displayName ? nameOf({ ...field, labels: own.labels }, null, style) : name });
        });
      } else {
        found.push({ ...own, value: reduce(field.values, calc, times), name: nameOf({ ...field, labels: own.labels }, null, style) });
      }
    }
  }
  const shown = limit ? found.slice(0, limit) : found;
  // Where a field has no ends of its own, those of all its neighbours are its ends.
  const common = extent(found.flatMap((one) => [one.extent.min, one.extent.max]));
  return shown.map((one, index) => {
    const hint = { ...common, index, name: one.name, mode };
    // A calculation that counts has no unit, and one of times is a moment.
    const style = styleOfCalc(calc, one.style, showsAll);
    return { ...one, index, hint, display: display(one.value, style, hint) };
  });
}

function styleOfCalc(calc, style, showsAll) {
  if (showsAll) return style;
  if (calc === "lastTime" || calc === "firstTime") return { ...style, unit: "dateTimeAsIso" };
  if (["count", "distinctCount", "changeCount"].includes(calc)) return { ...style, unit: "none" };
  return style;
}

// The least and largest value that a bar or a gauge spans.
export function spanOf({ style, extent: own }, all) {
  const every = all.map((one) => one.extent);
  const low = style.min ?? Math.min(0, ...every.map((one) => one.min ?? 0), own.min ?? 0);
  let high = style.max;
  if (high === undefined || high === null) high = Math.max(...every.map((one) => one.max ?? -Infinity), low);
  return { min: low, max: high > low ? high : low + 1 };
}

export const shareOf = (value, { min, max }) => typeof value === "number" && !Number.isNaN(value) ? Math.min(1, Math.max(0, (value - min) / (max - min || 1))) : 0;

// An element with its class and text.
export function part(name, kind, text) {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  if (text !== undefined) element.textContent = text;
  return element;
}

// What does not fit its place is reached by keys, too.
export function reach(element) {
  if (element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1) element.tabIndex = 0;
  else element.removeAttribute("tabindex");
}

// A series' name, which is read in full where it is cut.
export function label(text) {
  const element = part("span", "label", text);
  element.title = text;
  return element;
}

export function svgPart(name, attributes = {}) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// A column by its name, the one that it had before, or its place.
function columnOf(frame, name) {
  return frame?.fields.find((one) => one.name === name) ?? frame?.fields.find((one, index) => one.source === name || String(index) === name);
}

// Where a link of a field leads for a value; null for what is no address of the web.
export function linkFor({ title, url, isNew }, { value, text, field, labels = {}, row, frame }, context) {
  const known = (name) => {
    const path = /^__(value|field|series|data)\.(.+)$/.exec(name);
    if (!path) return undefined;
    const [, kind, rest] = path;
    if (kind === "value") return { raw: value, numeric: value, text, time: row === undefined ? undefined : frame?.fields.find((one) => one.type === "time")?.values[row] }[rest];
    const label = /^labels(?:\.(.+)|\["?([^"\]]+)"?\])$/.exec(rest);
    if (label) return labels[label[1] ?? label[2]];
    if (kind !== "data") return rest === "name" || rest === "displayName" ? field?.name : undefined;
    const named = /^fields(?:\.(.+)|\["?([^"\]]+)"?\])$/.exec(rest);
    const column = named && columnOf(frame, named[1] ?? named[2]);
    return column ? column.values[row ?? 0] : undefined;
  };
  const fill = (pattern, encode) => pattern.replace(/\$\{(__(?:value|field|series|data)\.[^}:]+)(?::[^}]+)?\}/g, (_, name) => {
    const found = known(name);
    return found === undefined || found === null ? "" : encode(String(found));
  }).replace(/\$__cell(?:_(\d+))?\b|\$\{__cell(?:_(\d+))?(?::\w+)?\}/g, (_, plain, braced) => {
    const column = plain ?? braced;
    const found = column === undefined ? value : frame?.fields[Number(column)]?.values[row ?? 0];
    return found === undefined || found === null ? "" : encode(String(found));
  });
  const address = safeAddress(context.text(fill(url, encodeURIComponent), "glob"));
  if (!address) return null;
  const link = part("a", "", worded(fill(title || url, String), context));
  link.href = address.href;
  if (isNew) { link.target = "_blank"; link.rel = "noreferrer"; }
  return link;
}

// Makes what an element holds the first link of its field; further ones stand behind it.
export function linked(element, style, facts, context) {
  const links = (style.links ?? []).map((one) => linkFor(one, facts, context)).filter(Boolean);
  links.forEach((link, place) => {
    link.title = link.textContent;
    if (place) { link.ariaLabel = link.title; link.replaceChildren("↗"); } else link.replaceChildren(...element.childNodes);
    element.append(...place ? [" "] : [], link);
  });
}
