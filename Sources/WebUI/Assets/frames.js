// Answers of queries as tables of fields, and one value out of many.

// A number as the API writes it.
export function numberOf(text) {
  if (text === null || text === undefined) return null;
  if (text === "+Inf" || text === "Inf") return Infinity;
  return text === "-Inf" ? -Infinity : Number(text);
}

// What a series is called: by the query's format, else by its labels; one label alone says it.
export function legendText(format, metric, expr) {
  const own = format && format !== "__auto" ? format.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, name) => metric[name] ?? "") : "";
  if (own) return own;
  const rest = Object.entries(metric).filter(([name]) => name !== "__name__");
  if (!rest.length) return metric.__name__ ?? expr;
  if (format === "__auto" && rest.length === 1 && !metric.__name__) return rest[0][1];
  return (metric.__name__ ?? "") + "{" + rest.map(([name, value]) => `${name}="${value}"`).join(", ") + "}";
}

function seriesOf(data) {
  if (!data) return [];
  if (data.resultType === "scalar" || data.resultType === "string") return [{ metric: {}, samples: [data.result] }];
  return data.result.map(({ metric, values, value }) => ({ metric, samples: values ?? (value ? [value] : []) }));
}

// The answer of a query: a frame a series with its times and values, or one table with a column for each label.
// - several: whether there are other queries beside it, so that the column of its values has its letter.
export function framesOf(target, data, several = false) {
  const all = seriesOf(data);
  const refId = target.refId ?? "A";
  if (target.format === "table") return [tableOf(all, refId, several)];
  if (target.format === "heatmap") return apart(all).map((one) => seriesFrame(one, refId, target));
  return all.map((one) => seriesFrame(one, refId, target));
}

function seriesFrame({ metric, samples }, refId, target) {
  const name = legendText(target.legendFormat, metric, target.expr);
  return {
    refId, name,
    fields: [
      { name: "Time", type: "time", values: samples.map(([time]) => time * 1000) },
      { name, source: "Value", type: "number", labels: metric, values: samples.map(([, value]) => numberOf(value)) },
    ],
  };
}

// Buckets of a histogram, each by itself: the counters hold those below them, too.
export function apart(all) {
  const ordered = [...all].sort((a, b) => numberOf(a.metric.le ?? null) - numberOf(b.metric.le ?? null));
  const below = new Map();
  return ordered.map(({ metric, samples }) => ({
    metric, samples: samples.map(([time, value]) => {
      const count = numberOf(value);
      const rest = count - (below.get(time) ?? 0);
      below.set(time, count);
      return [time, rest];
    }),
  }));
}

function tableOf(all, refId, several) {
  const names = [...new Set(all.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const rows = all.flatMap(({ metric, samples }) => samples.map((sample) => ({ metric, sample })));
  return {
    refId, name: "", isTable: true,
    fields: [
      { name: "Time", type: "time", values: rows.map(({ sample }) => sample[0] * 1000) },
      ...names.map((name) => ({ name, type: "string", values: rows.map(({ metric }) => metric[name] ?? null) })),
      { name: several ? `Value #${refId}` : "Value", type: "number", values: rows.map(({ sample }) => numberOf(sample[1])) },
    ],
  };
}

export const lengthOf = (frame) => Math.max(0, ...frame.fields.map((field) => field.values.length));

// Fields of one name are told apart by a number, as Grafana does.
export function numbered(frame) {
  const counts = new Map();
  for (const { name } of frame.fields) counts.set(name, (counts.get(name) ?? 0) + 1);
  const seen = new Map();
  return {
    ...frame,
    fields: frame.fields.map((field) => {
      if (counts.get(field.name) === 1) return field;
      seen.set(field.name, (seen.get(field.name) ?? 0) + 1);
      return { ...field, name: `${field.name} ${seen.get(field.name)}` };
    }),
  };
}

const isNull = (value) => value === null || value === undefined;
const numbersOf = (values) => values.filter((value) => typeof value === "number" && !Number.isNaN(value));

function changes(numbers, sum) {
  let result = 0;
  for (let i = 1; i < numbers.length; i += 1) result += sum(numbers[i - 1], numbers[i]);
  return result;
}

function percentile(numbers, percent) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * percent / 100) - 1))];
}

function variance(numbers) {
  const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  return numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0) / numbers.length;
}

// Calculations of the numbers among the values; there is one at least.
const ofNumbers = {
  min: (n) => n.reduce((a, b) => Math.min(a, b)), max: (n) => n.reduce((a, b) => Math.max(a, b)),
  sum: (n) => n.reduce((a, b) => a + b), mean: (n) => n.reduce((a, b) => a + b) / n.length,
  median: (n) => percentile(n, 50), variance, stdDev: (n) => Math.sqrt(variance(n)),
  range: (n) => ofNumbers.max(n) - ofNumbers.min(n), diff: (n) => n.at(-1) - n[0],
  diffperc: (n) => (n.at(-1) - n[0]) / Math.abs(n[0]),
  // What a counter has grown by: where it falls, it began anew.
  delta: (n) => changes(n, (before, after) => after >= before ? after - before : after),
  step: (n) => n.length < 2 ? 0 : Math.min(...n.slice(1).map((value, i) => value - n[i])),
  logmin: (n) => { const above = n.filter((value) => value > 0); return above.length ? Math.min(...above) : null; },
};

const ofAll = {
  last: (v) => v.at(-1) ?? null, first: (v) => v[0] ?? null,
  lastNotNull: (v) => v.findLast((value) => !isNull(value)) ?? null,
  firstNotNull: (v) => v.find((value) => !isNull(value)) ?? null,
  count: (v) => v.length, countAll: (v) => v.length,
  distinctCount: (v) => new Set(v).size, changeCount: (v) => changes(v, (before, after) => before === after ? 0 : 1),
  allIsNull: (v) => v.every(isNull), allIsZero: (v) => v.some((value) => value === 0) && v.every((value) => isNull(value) || value === 0),
  allValues: (v) => v, uniqueValues: (v) => [...new Set(v)],
};

// One value of many, by Grafana's names of calculations; null where there is none.
// - times: of the values, in milliseconds, for the calculations that ask for them.
export function reduce(values, calc = "lastNotNull", times = []) {
  if (calc === "lastTime" || calc === "firstTime") {
    const place = calc === "lastTime" ? values.findLastIndex((value) => !isNull(value)) : values.findIndex((value) => !isNull(value));
    return times[place] ?? null;
  }
  if (ofAll[calc]) return ofAll[calc](values);
  const numbers = numbersOf(values);
  // What is no number all the time is none at the end.
  if (!numbers.length) return values.some((value) => Number.isNaN(value)) ? NaN : null;
  const percent = /^p(\d{1,2})$/.exec(calc);
  if (percent) return percentile(numbers, Number(percent[1]));
  return (ofNumbers[calc] ?? ofNumbers.max)(numbers);
}
