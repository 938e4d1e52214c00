// Steps between the answers of queries and what is drawn, by Grafana's names of transformations.
import { patternOf } from "./field.js";
import { lengthOf, numbered, reduce } from "./frames.js";
import { say } from "./say.js";

const cellsOf = (field, places) => ({ ...field, values: places.map((place) => place === null || place === undefined ? null : field.values[place] ?? null) });
const withRows = (frame, places) => ({ ...frame, fields: frame.fields.map((field) => cellsOf(field, places)) });
const rowsOf = (frame) => Array.from({ length: lengthOf(frame) }, (_, place) => place);
const timeOf = (frame) => frame.fields.find((field) => field.type === "time");

function typeOf(values) {
  const first = values.find((value) => value !== null && value !== undefined);
  return first === undefined || typeof first === "number" ? "number" : "string";
}

function organize(frame, { excludeByName = {}, includeByName = {}, indexByName = {}, renameByName = {} }) {
  const included = Object.values(includeByName).some(Boolean);
  const kept = frame.fields.filter(({ name }) => !excludeByName[name] && (!included || includeByName[name]));
  const place = ({ name }) => indexByName[name] ?? Number.MAX_SAFE_INTEGER;
  const ordered = kept.map((field, index) => ({ field, index })).sort((a, b) => place(a.field) - place(b.field) || a.index - b.index);
  return { ...frame, fields: ordered.map(({ field }) => renameByName[field.name] ? { ...field, name: renameByName[field.name], source: field.source ?? field.name } : field) };
}

// One table of several: a row for each value that their common field has.
function join(frames, { byField, mode }) {
  const fieldOf = (frame) => byField ? frame.fields.find((field) => field.name === byField || field.source === byField) : timeOf(frame);
  const having = frames.filter(fieldOf);
  if (having.length < 2) return having.length ? having : frames;
  const rows = new Map();
  having.forEach((frame, number) => fieldOf(frame).values.forEach((value, place) => {
    if (!rows.has(value)) rows.set(value, []);
    (rows.get(value)[number] ??= []).push(place);
  }));
  const isInner = mode === "inner";
  const keys = [...rows.keys()].filter((key) => !isInner || having.every((_, number) => rows.get(key)[number]));
  const first = fieldOf(having[0]);
  if (first.type !== "string") keys.sort((a, b) => a - b);
  // A value that a frame has more than once makes a row each.
  const lines = keys.flatMap((key) => {
    const places = rows.get(key);
    const count = Math.max(...having.map((_, number) => places[number]?.length ?? 0));
    return Array.from({ length: first.type === "time" ? 1 : count }, (_, line) => ({ key, places: having.map((_, number) => places[number]?.[Math.min(line, places[number].length - 1)]) }));
  });
  const fields = [{ ...first, values: lines.map(({ key }) => key) }];
  having.forEach((frame, number) => {
    for (const field of frame.fields) {
      if (field === fieldOf(frame)) continue;
      fields.push({ ...cellsOf(field, lines.map(({ places }) => places[number])), refId: field.refId ?? frame.refId });
    }
  });
  return [numbered({ name: "", isTable: true, fields })];
}

// One table of several: rows whose common fields are equal are one.
function merge(frames) {
  const tables = frames.filter((frame) => frame.fields.length);
  if (tables.length < 2) return tables;
  const fields = new Map();
  for (const frame of tables) for (const field of frame.fields) if (!fields.has(field.name)) fields.set(field.name, { ...field, refId: field.refId ?? frame.refId, values: [] });
  const names = [...fields.keys()];
  const common = names.filter((name) => tables.every((frame) => frame.fields.some((field) => field.name === name)));
  const groups = new Map();
  const rows = [];
  for (const frame of tables) {
    for (const place of rowsOf(frame)) {
      const row = new Map(frame.fields.map((field) => [field.name, field.values[place] ?? null]));
      const key = JSON.stringify(common.map((name) => row.get(name)));
      const group = groups.get(key) ?? groups.set(key, []).get(key);
      const fitting = common.length ? group.find((other) => [...row].every(([name, value]) => !other.has(name) || other.get(name) === value)) : null;
      if (fitting) for (const [name, value] of row) fitting.set(name, value);
      else { group.push(row); rows.push(row); }
    }
  }
  for (const [name, field] of fields) field.values = rows.map((row) => row.get(name) ?? null);
  return [{ name: "", isTable: true, fields: [...fields.values()] }];
}

// Rows by what they have in common; a frame without any of the fields is left out.
function groupBy(frame, { fields = {} }) {
  if (!Object.values(fields).some((rule) => rule?.operation === "groupby")) return frame;
  const keys = frame.fields.filter(({ name }) => fields[name]?.operation === "groupby");
  if (!keys.length) return null;
  const groups = new Map();
  for (const place of rowsOf(frame)) {
    const key = JSON.stringify(keys.map((field) => field.values[place] ?? null));
    (groups.get(key) ?? groups.set(key, []).get(key)).push(place);
  }
  const places = [...groups.values()];
  const result = keys.map((field) => cellsOf(field, places.map(([first]) => first)));
  for (const field of frame.fields) {
    const { operation, aggregations = [] } = fields[field.name] ?? {};
    if (operation !== "aggregate") continue;
    for (const calc of aggregations) {
      const values = places.map((group) => reduce(group.map((place) => field.values[place]), calc));
      // It is not the column that it is calculated of.
      const { source, ...own } = field;
      result.push({ ...own, name: `${field.name} (${calc})`, type: typeOf(values), values });
    }
  }
  return { ...frame, isTable: true, fields: result };
}

const operators = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "%": (a, b) => a % b, "**": (a, b) => a ** b,
};

const unary = { abs: Math.abs, exp: Math.exp, ln: Math.log, log: Math.log, floor: Math.floor, ceil: Math.ceil, round: Math.round, percent: (value) => value * 100 };

// A side of a sum: a field by its name, or a number.
function side(frame, wanted) {
  const name = wanted && typeof wanted === "object" ? wanted.fixed ?? wanted.matcher?.options : wanted;
  const field = frame.fields.find((one) => one.name === String(name));
  if (field) return { name: field.name, at: (place) => field.values[place] };
  const number = Number(name);
  return name === "" || name === undefined || name === null || Number.isNaN(number) ? null : { name: String(name), at: () => number };
}

const missing = (value) => value === null || value === undefined;

function calculated(frame, { mode = "reduceRow", reduce: options = {}, binary = {}, unary: single = {}, index, cumulative = {}, window = {} }) {
  const rows = rowsOf(frame);
  if (mode === "binary") {
    const [left, right] = [side(frame, binary.left), side(frame, binary.right)];
    const operator = operators[binary.operator ?? "+"];
    if (!left || !right || !operator) return null;
    const values = rows.map((place) => missing(left.at(place)) || missing(right.at(place)) ? null : operator(left.at(place), right.at(place)));
    return { name: `${left.name} ${binary.operator ?? "+"} ${right.name}`, values };
  }
  if (mode === "unary") {
    const field = side(frame, single.fieldName);
    const operator = unary[single.operator ?? "abs"];
    if (!field || !operator) return null;
    return { name: `${single.operator ?? "abs"}(${field.name})`, values: rows.map((place) => missing(field.at(place)) ? null : operator(field.at(place))) };
  }
  if (mode === "index") return { name: "Row", values: rows.map((place) => index?.asPercentile ? place / Math.max(1, rows.length - 1) : place) };
  if (mode === "cumulativeFunctions" || mode === "windowFunctions") {
    const own = mode === "windowFunctions" ? window : cumulative;
    const field = side(frame, own.field);
    if (!field) return null;
    const calc = own.reducer ?? "sum";
    const size = mode === "windowFunctions" ? Math.max(1, Math.round((own.windowSize ?? 0.1) * (own.windowSizeMode === "fixed" ? 1 : rows.length))) : Infinity;
    const values = rows.map((place) => reduce(rows.slice(Math.max(0, place + 1 - size), place + 1).map(field.at), calc));
    return { name: `${mode === "windowFunctions" ? "window" : "cumulative"} ${calc}(${field.name})`, values };
  }
  const calc = options.reducer ?? "sum";
  const taking = frame.fields.filter(({ name, type }) => type === "number" && (!options.include?.length || options.include.includes(name)));
  if (!taking.length) return null;
  return { name: calcName(calc), values: rows.map((place) => reduce(taking.map((field) => field.values[place]), calc)) };
}

// What a calculation is called where it is a column.
export function calcName(calc) {
  const names = {
    lastNotNull: "Last *", last: "Last", firstNotNull: "First *", first: "First", min: "Min", max: "Max", mean: "Mean", median: "Median",
    sum: "Total", count: "Count", range: "Range", delta: "Delta", step: "Step", diff: "Difference", diffperc: "Difference percent",
    logmin: "Min (above zero)", allIsZero: "All zeros", allIsNull: "All nulls", changeCount: "Change count", distinctCount: "Distinct count",
    variance: "Variance", stdDev: "StdDev", allValues: "All values", uniqueValues: "All unique values",
  };
  return names[calc] ?? calc.replace(/^p(\d+)$/, "$1th %");
}

function calculateField(frames, options) {
  const numbers = frames.length > 1 && frames.every(timeOf) ? join(frames, {}) : frames;
  return numbers.map((frame) => {
    const result = calculated(frame, options);
    if (!result) return frame;
    const field = { type: typeOf(result.values), ...result, name: options.alias || result.name };
    const time = timeOf(frame);
    return { ...frame, fields: options.replaceFields ? [...time ? [time] : [], field] : [...frame.fields, field] };
  });
}

function ordered(a, b) {
  if (missing(a) || missing(b)) return missing(a) - missing(b);
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
}

// The frame with its rows in the order of a field.
export function sorted(frame, name, isDown) {
  const field = frame.fields.find((one) => one.name === name);
  if (!field) return frame;
  const order = (a, b) => missing(field.values[a]) || missing(field.values[b]) ? ordered(field.values[a], field.values[b]) : ordered(field.values[a], field.values[b]) * (isDown ? -1 : 1);
  return withRows(frame, rowsOf(frame).sort((a, b) => order(a, b) || a - b));
}

function reduced(frames, { reducers = ["max"], mode = "seriesToRows", includeTimeField, labelsToFields }) {
  if (mode === "reduceFields") {
    return frames.map((frame) => ({
      ...frame, isTable: true,
      fields: frame.fields.filter((field) => field.type === "number" || field.type === "time" && includeTimeField)
        .flatMap((field) => reducers.map((calc) => ({ ...field, name: reducers.length > 1 ? `${field.name} ${calcName(calc)}` : field.name, values: [reduce(field.values, calc)] }))),
    }));
  }
  const rows = frames.flatMap((frame) => frame.fields.filter((field) => field.type === "number" || field.type === "string" && frame.isTable || field.type === "time" && includeTimeField));
  const labels = labelsToFields ? [...new Set(rows.flatMap((field) => Object.keys(field.labels ?? {})))] : [];
  const columns = reducers.map((calc) => {
    const values = rows.map((field) => field.type === "string" && !["last", "lastNotNull", "first", "firstNotNull", "count", "distinctCount", "changeCount", "allValues", "uniqueValues"].includes(calc) ? null : reduce(field.values, calc));
    return { name: calcName(calc), type: typeOf(values), values };
  });
  return [{
    name: "", isTable: true,
    fields: [
      { name: "Field", type: "string", values: rows.map(({ name, source }) => labelsToFields ? source ?? name : name) },
      ...labels.map((label) => ({ name: label, type: "string", values: rows.map((field) => field.labels?.[label] ?? null) })), ...columns,
    ],
  }];
}

function filtered(frame, { include, exclude }) {
  const has = (wanted, name) => {
    if (wanted.names?.includes(name)) return true;
    return Boolean(wanted.pattern && patternOf(wanted.pattern)?.test(name));
  };
  const isAsked = (wanted) => wanted && (wanted.names?.length || wanted.pattern);
  return { ...frame, fields: frame.fields.filter(({ name }) => (!isAsked(include) || has(include, name)) && !(isAsked(exclude) && has(exclude, name))) };
}

function labelsToFields(frames, { mode = "columns", keepLabels, valueLabel }) {
  const keeps = (name) => !keepLabels?.length || keepLabels.includes(name);
  if (mode === "rows") {
    return frames.flatMap((frame) => frame.fields.filter((field) => field.labels).map((field) => {
      const labels = Object.entries(field.labels).filter(([name]) => keeps(name));
      return { name: field.name, isTable: true, fields: [{ name: "label", type: "string", values: labels.map(([name]) => name) }, { name: "value", type: "string", values: labels.map(([, value]) => value) }] };
    }));
  }
  const tables = frames.map((frame) => {
    const labeled = frame.fields.find((field) => field.labels);
    if (!labeled) return frame;
    const count = lengthOf(frame);
    const labels = Object.entries(labeled.labels).filter(([name]) => keeps(name) && name !== valueLabel);
    const columns = labels.map(([name, value]) => ({ name, type: "string", values: new Array(count).fill(value) }));
    const values = frame.fields.filter((field) => field.labels)
      .map((field) => ({ ...field, name: valueLabel && field.labels[valueLabel] || field.labels.__name__ || field.source || field.name, labels: undefined }));
    return { ...frame, isTable: true, fields: [...frame.fields.filter((field) => !field.labels), ...columns, ...values] };
  });
  return merge(tables);
}

function renamed(frame, { regex = "", renamePattern = "" }) {
  const pattern = patternOf(regex);
  if (!pattern || !regex) return frame;
  const every = /\/[a-z]*g[a-z]*$/.test(regex) ? new RegExp(pattern, `${pattern.flags}g`) : pattern;
  return { ...frame, fields: frame.fields.map((field) => pattern.test(field.name) && field.type !== "time" ? { ...field, name: field.name.replace(every, renamePattern) } : field) };
}

// A row for each sample, with the series' name: the newest first.
function seriesToRows(frames) {
  const rows = frames.flatMap((frame) => {
    const time = timeOf(frame);
    return frame.fields.filter((field) => time && field.type === "number").flatMap((field) => field.values.map((value, place) => [time.values[place], field.name, value]));
  }).sort((a, b) => b[0] - a[0]);
  return [{
    name: "", isTable: true,
    fields: ["Time", "Metric", "Value"].map((name, column) => ({ name, type: ["time", "string", "number"][column], values: rows.map((row) => row[column]) })),
  }];
}

// A row for each series: its labels, and the last of its values, or what else is calculated of them.
function timeSeriesTable(frames, options) {
  return [...new Set(frames.map(({ refId }) => refId))].map((refId) => {
    const own = frames.filter((frame) => frame.refId === refId).flatMap((frame) => frame.fields.filter((field) => field.type === "number"));
    const labels = [...new Set(own.flatMap((field) => Object.keys(field.labels ?? {})))].sort();
    return {
      refId, name: "", isTable: true,
      fields: [
        ...labels.map((name) => ({ name, type: "string", values: own.map((field) => field.labels?.[name] ?? null) })),
        { name: `Trend #${refId}`, type: "number", values: own.map((field) => reduce(field.values, options[refId]?.stat)) },
      ],
    };
  });
}

// What a value must be to be found by a filter.
const conditions = {
  isNull: (value) => missing(value), isNotNull: (value) => !missing(value),
  equal: (value, { value: wanted }) => String(value) === String(wanted), notEqual: (value, { value: wanted }) => String(value) !== String(wanted),
  greater: (value, { value: wanted }) => value > Number(wanted), greaterOrEqual: (value, { value: wanted }) => value >= Number(wanted),
  lower: (value, { value: wanted }) => value < Number(wanted), lowerOrEqual: (value, { value: wanted }) => value <= Number(wanted),
  between: (value, { from, to }) => value > Number(from) && value < Number(to),
  regex: (value, { value: wanted }) => Boolean(patternOf(String(wanted ?? ""))?.test(String(value ?? ""))),
  substring: (value, { value: wanted }) => String(value ?? "").toLowerCase().includes(String(wanted ?? "").toLowerCase()),
  notSubstring: (value, { value: wanted }) => !String(value ?? "").toLowerCase().includes(String(wanted ?? "").toLowerCase()),
};

// The rows whose values fit, or all others; a filter for a field that is not there says nothing.
function filterByValue(frames, { filters = [], type = "include", match = "any" }) {
  return frames.map((frame) => {
    const tests = filters.flatMap(({ fieldName, config = {} }) => {
      const field = frame.fields.find(({ name, source }) => name === fieldName || source === fieldName);
      const test = conditions[config.id];
      return field && test ? [(place) => test(field.values[place], config.options ?? {})] : [];
    });
    if (!tests.length) return frame;
    const fits = (place) => match === "all" ? tests.every((test) => test(place)) : tests.some((test) => test(place));
    return withRows(frame, rowsOf(frame).filter((place) => fits(place) === (type === "include")));
  });
}

// A table with a column for each value of one field, and a row for each of another.
function groupingToMatrix(frames, { columnField = "Time", rowField = "Time", valueField = "Value", emptyValue }) {
  return frames.map((frame) => {
    const [column, row, cells] = [columnField, rowField, valueField].map((wanted) => frame.fields.find(({ name, source }) => name === wanted || source === wanted));
    if (!column || !row || !cells) return frame;
    const [across, down] = [column, row].map(({ values }) => [...new Set(values)]);
    const found = new Map(rowsOf(frame).map((place) => [JSON.stringify([column.values[place], row.values[place]]), cells.values[place]]));
    const empty = { zero: 0, empty: "", true: true, false: false }[emptyValue] ?? null;
    return {
      ...frame, isTable: true,
      fields: [
        { ...row, name: `${rowField}\\${columnField}`, values: down },
        ...across.map((name) => ({ ...cells, name: String(name), labels: undefined, values: down.map((key) => found.get(JSON.stringify([name, key])) ?? empty) })),
      ],
    };
  });
}

// The fields of all frames beside each other.
function concatenate(frames) {
  if (frames.length < 2) return frames;
  const count = Math.max(...frames.map(lengthOf));
  const places = Array.from({ length: count }, (_, place) => place);
  return [numbered({ name: "", isTable: true, fields: frames.flatMap((frame) => frame.fields.map((field) => ({ ...cellsOf(field, places), refId: field.refId ?? frame.refId }))) })];
}

const converters = {
  number: (value) => missing(value) || value === "" ? null : Number(value), string: (value) => missing(value) ? null : String(value),
  time: (value) => missing(value) ? null : typeof value === "number" ? value : /^\d+$/.test(value) ? Number(value) : Date.parse(value), boolean: (value) => missing(value) ? null : Boolean(value) && value !== "false",
};

function convertFieldType(frames, { conversions = [] }) {
  return frames.map((frame) => ({
    ...frame, fields: frame.fields.map((field) => {
      const wanted = conversions.findLast(({ targetField }) => targetField === field.name)?.destinationType;
      return converters[wanted] ? { ...field, type: wanted, values: field.values.map(converters[wanted]) } : field;
    }),
  }));
}

const steps = {
  filterByValue, groupingToMatrix, concatenate, convertFieldType,
  filterByRefId: (frames, { include }) => include ? frames.filter(({ refId }) => patternOf(String(include))?.test(refId ?? "")) : frames,
  // The forms of a time series are one here.
  prepareTimeSeries: (frames) => frames,
  organize: (frames, options) => frames.map((frame) => organize(frame, options)),
  joinByField: join, seriesToColumns: join, merge,
  groupBy: (frames, options) => frames.map((frame) => groupBy(frame, options)).filter(Boolean),
  calculateField,
  sortBy: (frames, { sort = [] }) => frames.map((frame) => sort.reduceRight((result, { field, desc }) => field ? sorted(result, field, desc) : result, frame)),
  reduce: reduced,
  filterFieldsByName: (frames, options) => frames.map((frame) => filtered(frame, options)).filter((frame) => frame.fields.length),
  labelsToFields,
  renameByRegex: (frames, options) => frames.map((frame) => renamed(frame, options)),
  limit: (frames, { limitField = 10 }) => frames.map((frame) => withRows(frame, rowsOf(frame).slice(0, Number(limitField)))),
  seriesToRows, timeSeriesTable,
};

// The frames after all steps of a panel. A step of one query leaves the answers of others as they are.
export function transform(list, frames) {
  let result = frames;
  for (const { id, options, refId } of list ?? []) {
    const step = steps[id];
    if (!step) throw new Error(say("script.panel.noStep", { name: id }));
    const isMeant = (frame) => !refId || (patternOf(refId)?.test(frame.refId ?? "") ?? frame.refId === refId);
    result = [...step(result.filter(isMeant), options ?? {}), ...result.filter((frame) => !isMeant(frame))];
  }
  return result;
}
