// Why a panel is empty: its variable has no values, it was never seen here, or not in this time.
import { ask } from "./series.js";
import { dated, say } from "./say.js";
import { local } from "./times.js";

const word = /[a-zA-Z_:][a-zA-Z0-9_:]*/g;
const operators = new Set(["and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "inf", "nan", "start", "end"]);

// Names of metrics in an expression: words that are no function, no label and no text.
export function metricsIn(expr) {
  const bare = expr.replace(/([\x22\x27])(?:\\.|(?!\1)[^\\])*\1|\x60[^\x60]*\x60/g, " ").replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, " ")
    .replace(/\{[^}]*\}/g, " ").replace(/\[[^\]]*\]/g, " ").replace(/\boffset\s+-?\w+/g, " ").replace(/\b\d[\w.]*/g, " ");
  return [...new Set([...bare.matchAll(word)].filter(({ 0: name, index }) => !operators.has(name.toLowerCase()) && !/^\s*\(/.test(bare.slice(index + name.length))).map(([name]) => name))];
}

// The names of all metrics, asked anew each minute.
let names, namesAt;
function knownNames() {
  if (!names || performance.now() - namesAt > 60_000) {
    namesAt = performance.now();
    names = ask("/api/v1/label/__name__/values").then((all) => new Set(all)).catch((error) => { names = null; throw error; });
  }
  return names;
}

const days = 7;
const seen = new Map();

// The hour in which there was something last, of the last days; `null` where there was nothing.
async function lastOf(metric) {
  const end = Math.floor(Date.now() / 3600000) * 3600 + 3600;
  const data = await ask("/api/v1/query_range", { query: `count(present_over_time(${metric}[1h]))`, start: end - days * 86400, end, step: 3600 });
  return data.result[0]?.values.at(-1)?.[0] ?? null;
}

export async function whyEmpty(targets, variables, given) {
  const [without] = variables.emptyIn(targets.map(({ expr }) => expr));
  if (without) return say("script.variableEmpty", { name: without.title });
  const metrics = [...new Set(targets.flatMap(({ expr }) => metricsIn(variables.promql(expr, given))))];
  if (!metrics.length) return say("script.noDataInRange");
  try {
    const known = await knownNames();
    const missing = metrics.filter((name) => !known.has(name));
    if (missing.length) return say("script.neverSeen", { metrics: missing.slice(0, 5).join(", ") });
    const metric = metrics[0];
    if (!seen.has(metric)) seen.set(metric, lastOf(metric).catch(() => null));
    const last = await seen.get(metric);
    // It is there, but not of what is chosen.
    if (last === null || last * 1000 > Date.now() - 3600000) return say("script.noDataInRange");
    return say("script.nothingSince", { metric, time: dated(local(last * 1000).slice(0, 16)) });
  } catch { return say("script.noDataInRange"); }
}
