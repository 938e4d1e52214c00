// What an expression of PromQL may be made of, and where in one the cursor stands.

export const functions = [
  "abs", "absent", "absent_over_time", "acos", "acosh", "asin", "asinh", "atan", "atanh", "avg_over_time", "ceil", "changes", "clamp", "clamp_max",
  "clamp_min", "cos", "cosh", "count_over_time", "day_of_month", "day_of_week", "day_of_year", "days_in_month", "deg", "delta", "deriv", "exp", "floor",
  "histogram_avg", "histogram_count", "histogram_fraction", "histogram_quantile", "histogram_stddev", "histogram_stdvar", "histogram_sum", "hour", "idelta",
  "increase", "irate", "label_join", "label_replace", "last_over_time", "ln", "log10", "log2", "max_over_time", "min_over_time", "minute", "month", "pi",
  "predict_linear", "present_over_time", "quantile_over_time", "rad", "rate", "resets", "round", "scalar", "sgn", "sin", "sinh", "sort", "sort_desc", "sqrt",
  "stddev_over_time", "stdvar_over_time", "sum_over_time", "tan", "tanh", "time", "timestamp", "vector", "year",
];
export const aggregations = ["avg", "bottomk", "count", "count_values", "group", "max", "min", "quantile", "stddev", "stdvar", "sum", "topk"];
export const keywords = ["and", "bool", "by", "group_left", "group_right", "ignoring", "offset", "on", "or", "unless", "without"];
const grouping = new Set(["by", "without", "on", "ignoring", "group_left", "group_right"]);

const wordStart = /[A-Za-z_:]/, wordPart = /[A-Za-z0-9_:.]/;

// What could stand at `at` in `text`: `{ kind, from, typed, metric, label }`, with kind "name" (a metric, function or
// aggregation), "label" or "value"; `null` where nothing can be proposed, as in the middle of a number or duration.
export function placeIn(text, at) {
  const open = [];
  let word = "", wordFrom = 0, before = "", label = "", index = 0;
  while (index < at) {
    const sign = text[index];
    if (sign === "#") {
      const end = text.indexOf("\n", index);
      if (end < 0 || end >= at) return null;
      index = end;
      continue;
    }
    if (sign === "\"" || sign === "'" || sign === "`") {
      const from = index + 1;
      index = from;
      while (index < at && text[index] !== sign) index += text[index] === "\\" && sign !== "`" ? 2 : 1;
      if (index >= at) {
        const braces = open.at(-1);
        return braces?.sign === "{" && label ? { kind: "value", from, typed: text.slice(from, at), metric: braces.word, label, quote: sign } : null;
      }
      index += 1;
      before = "";
      continue;
    }
    if (wordStart.test(sign)) {
      wordFrom = index;
      while (index < at && wordPart.test(text[index])) index += 1;
      word = text.slice(wordFrom, index);
      if (index >= at) return propose(word, wordFrom, open);
      before = word;
      continue;
    }
    if (/[0-9]/.test(sign)) {
      while (index < at && /[0-9A-Za-z_.]/.test(text[index])) index += 1;
      if (index >= at) return null;
      before = "";
      continue;
    }
    if ("({[".includes(sign)) { open.push({ sign, word: before }); label = ""; before = ""; }
    else if (")}]".includes(sign)) { open.pop(); before = ""; }
    else if (sign === "=" || sign === "!" || sign === "~") { if (open.at(-1)?.sign === "{" && before) label = before; before = ""; }
    else if (sign === ",") { label = ""; before = ""; }
    else if (!/\s/.test(sign)) before = "";
    index += 1;
  }
  return propose("", at, open);
}

function propose(typed, from, open) {
  const inner = open.at(-1);
  if (inner?.sign === "[") return null;
  if (inner?.sign === "{") return { kind: "label", from, typed, metric: inner.word };
  if (inner?.sign === "(" && grouping.has(inner.word)) return { kind: "label", from, typed, metric: "" };
  return { kind: "name", from, typed };
}

// Those of `all` that fit what is typed: first what begins so, then what has it inside, then its letters in this order.
export function matching(all, typed, most = 50) {
  const wanted = typed.toLowerCase();
  if (!wanted) return all.slice(0, most);
  const rank = (name) => {
    const text = name.toLowerCase();
    if (text.startsWith(wanted)) return 0;
    if (text.includes(wanted)) return 1;
    let place = -1;
    for (const letter of wanted) { place = text.indexOf(letter, place + 1); if (place < 0) return 3; }
    return 2;
  };
  return all.map((one) => [rank(one.name ?? one), one]).filter(([place]) => place < 3).sort((a, b) => a[0] - b[0]).slice(0, most).map(([, one]) => one);
}

// Where a text of the parser such as "1:12: parse error: …" points to: `{ line, column, reason }`, from 1.
export function pointIn(error) {
  const [, line, column, reason] = /(?:^|\s)(\d+):(\d+): (.*)$/s.exec(error) ?? [];
  return line ? { line: Number(line), column: Number(column), reason } : null;
}
