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
export const keywords = ["and", "atan2", "bool", "by", "group_left", "group_right", "ignoring", "offset", "on", "or", "unless", "without"];
const grouping = new Set(["by", "without", "on", "ignoring", "group_left", "group_right"]);
// Operators that are words: an operand stands behind them.
const joining = new Set(["and", "atan2", "bool", "or", "unless"]);
// What may stand behind an operator before its operand.
export const modifiers = ["bool", "ignoring", "on"];

const wordStart = /[A-Za-z_:]/, wordPart = /[A-Za-z0-9_:.]/;

// What could stand at `at` in `text`: `{ kind, from, to, typed, metric, label }`, with kind "name" (a metric, function,
// aggregation or keyword, by what stands `before` it), "label" or "value"; `null` where nothing can be proposed, as in the
// middle of a number or duration. What is there from `from` to `to` gives way.
export function placeIn(text, at) {
  const open = [];
  // What was read last: "start", "operator", "operand", "grouping" (its parentheses), "at", or a word.
  let last = { kind: "start" }, label = "", index = 0;
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
      if (index >= at) return valueAt(text, at, from, sign, label, open.at(-1));
      index += 1;
      last = { kind: "operand" };
      continue;
    }
    if (wordStart.test(sign)) {
      const from = index;
      while (index < at && wordPart.test(text[index])) index += 1;
      const word = text.slice(from, index);
      if (index >= at) return propose(text, at, word, from, open.at(-1), last, label);
      last = { kind: "word", word };
      continue;
    }
    if (/[0-9]/.test(sign)) {
      while (index < at && /[0-9A-Za-z_.]/.test(text[index])) index += 1;
      if (index >= at) return null;
      last = { kind: "operand" };
      continue;
    }
    if ("({[".includes(sign)) { open.push({ sign, word: last.word ?? "" }); label = ""; last = { kind: "start" }; }
    else if (")}]".includes(sign)) last = { kind: grouping.has(open.pop()?.word) ? "grouping" : "operand" };
    else if (sign === ",") { label = ""; last = { kind: "start" }; }
    else if (sign === "@") last = { kind: "at" };
    else if (!/\s/.test(sign)) {
      if ("=!".includes(sign) && open.at(-1)?.sign === "{" && last.word) label = last.word;
      last = { kind: "operator" };
    }
    index += 1;
  }
  return propose(text, at, "", at, open.at(-1), last, label);
}

// Where a word that begins before `at` ends.
function endOf(text, at) {
  let end = at;
  while (end < text.length && wordPart.test(text[end])) end += 1;
  return end;
}

// In a text: one of the values of its label, where it has one. The rest of the value gives way, up to the sign that ends it;
// in a pattern, each of several alternatives is a value.
function valueAt(text, at, begin, quote, label, inner) {
  if (inner?.sign !== "{" || !label) return null;
  const isPattern = text[begin - 2] === "~";
  const from = isPattern ? begin + text.slice(begin, at).search(/[^|(]*$/) : begin;
  const [rest] = (isPattern ? /^[^"'`{},|()\n]*/ : /^[^"'`{},\n]*/).exec(text.slice(at));
  const next = text[at + rest.length];
  const isEnd = next === quote || isPattern && (next === "|" || next === ")");
  return { kind: "value", from, to: isEnd ? at + rest.length : at, typed: text.slice(from, at), metric: inner.word, label, quote, isEnded: isEnd };
}

function propose(text, at, typed, from, inner, last, label) {
  const place = { from, to: typed ? endOf(text, at) : at, typed };
  if (inner?.sign === "[" || last.kind === "at") return null;
  if (inner?.sign === "{") {
    // A value that has no sign around it yet gets one.
    if (last.kind === "operator" && label) return { ...place, kind: "value", metric: inner.word, label, quote: "" };
    return last.kind === "start" ? { ...place, kind: "label", metric: inner.word } : null;
  }
  if (inner?.sign === "(" && grouping.has(inner.word)) return last.kind === "start" ? { ...place, kind: "label", metric: "", isGrouping: true } : null;
  if (last.word === "offset" || grouping.has(last.word) && !last.word.startsWith("group_")) return null;
  const before = last.kind !== "word" ? last.kind : joining.has(last.word) ? "operator" : grouping.has(last.word) ? "grouping" : "operand";
  return { ...place, kind: "name", before };
}

// Those of `all` that fit what is typed, the best first: what begins so, then what has it at the beginning of a word, then
// anywhere; or its letters in this order, where there is nothing else.
export function matching(all, typed, most = 50) {
  const wanted = typed.toLowerCase();
  if (!wanted) return all.slice(0, most);
  const ranks = [[], [], [], [], []];
  for (const one of all) {
    const rank = rankOf(one.name.toLowerCase(), wanted);
    if (rank !== null) ranks[rank].push(one);
  }
  const near = ranks.slice(0, 4).flat();
  return (near.length || wanted.length < 3 ? near : ranks[4]).slice(0, most);
}

function rankOf(name, wanted) {
  if (name === wanted) return 0;
  const at = name.indexOf(wanted);
  if (at === 0) return 1;
  if (at > 0) return new RegExp(`[_:.]${wanted.replace(/[^a-z0-9_]/g, "\\$&")}`).test(name) ? 2 : 3;
  let place = -1;
  for (const letter of wanted) { place = name.indexOf(letter, place + 1); if (place < 0) return null; }
  return 4;
}

// Where a text of the parser such as "1:12: parse error: …" points to in what was asked: `{ line, text, at, column, reason }`,
// with the line's number from 1, its text, the place in it from 0, and its column as people count. The parser counts bytes.
export function pointIn(error, asked) {
  const [, number, byte, reason] = /(?:^|\s)(\d+):(\d+): (.*)$/s.exec(error) ?? [];
  const text = number && asked.split("\n")[number - 1];
  if (typeof text !== "string") return null;
  const signs = [...text];
  let [bytes, at, column] = [1, 0, 1];
  for (const sign of signs) {
    if (bytes >= Number(byte)) break;
    bytes += new TextEncoder().encode(sign).length;
    at += sign.length;
    column += 1;
  }
  return { line: Number(number), text, at, column, reason };
}
