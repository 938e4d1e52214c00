// The variables of a dashboard: their options, what is chosen, and how both depend on each other.
import { interpolate, namesIn } from "./interpolate.js";
import { say } from "./say.js";

export const all = "$__all";

// Spans as Grafana writes them, in milliseconds; NaN for what is none.
const lengths = { ms: 1, s: 1000, m: 60000, h: 3600000, d: 86400000, w: 604800000, M: 2592000000, y: 31536000000 };
export function spanOf(text) {
  const [, count, unit] = /^\s*>?\s*(\d+(?:\.\d+)?)(ms|[smhdwMy])?\s*$/.exec(String(text ?? "")) ?? [];
  return count === undefined ? NaN : Number(count) * (lengths[unit] ?? 1000);
}

// A span in the largest unit of which it is a whole number.
export function spanText(milliseconds) {
  const unit = ["d", "h", "m", "s"].find((name) => milliseconds % lengths[name] === 0 && milliseconds >= lengths[name]);
  return unit ? `${milliseconds / lengths[unit]}${unit}` : `${Math.max(1, Math.round(milliseconds))}ms`;
}

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 604800, 2592000, 31536000].map((s) => s * 1000));

// The step that people would choose next to this one.
function rounded(milliseconds) {
  return steps.reduce((best, step) => Math.abs(step - milliseconds) < Math.abs(best - milliseconds) ? step : best);
}

// What of an option's text is taken: a pattern between slashes with its flags, or one that must fit all of it.
function pattern(text) {
  const [, inner, flags] = /^\/([\s\S]*)\/([gimsuy]*)$/.exec(text) ?? [];
  return inner === undefined ? new RegExp(`^${text}$`) : new RegExp(inner, flags);
}

export function picked(texts, regex) {
  const options = [];
  const wanted = regex ? pattern(regex) : null;
  for (const text of texts) {
    if (!wanted) { options.push({ text, value: text }); continue; }
    const found = wanted.global ? [...text.matchAll(wanted)] : [wanted.exec(text)].filter(Boolean);
    if (!found.length) continue;
    const named = (name) => found.map((match) => match.groups?.[name]).find((part) => part !== undefined);
    const [shown, value] = [named("text"), named("value")];
    if (shown !== undefined || value !== undefined) options.push({ text: shown ?? value, value: value ?? shown });
    else if (found[0].length > 1 && found.length > 1) for (const match of found) options.push({ text: match[1], value: match[1] });
    else options.push(found[0].length > 1 ? { text: found[0][1] ?? "", value: found[0][1] ?? "" } : { text, value: text });
  }
  const known = new Set();
  return options.filter(({ value }) => !known.has(value) && known.add(value));
}

const firstNumber = ({ text }) => Number(/\d+/.exec(text)?.[0] ?? -1);
const orders = [
  (a, b) => a.text < b.text ? -1 : a.text > b.text ? 1 : 0,
  (a, b) => firstNumber(a) - firstNumber(b),
  (a, b) => a.text.toLowerCase().localeCompare(b.text.toLowerCase()),
  (a, b) => a.text.localeCompare(b.text, undefined, { numeric: true }),
];

export function sorted(options, sort) {
  if (!(sort >= 1 && sort <= 8)) return options;
  const result = [...options].sort(orders[Math.floor((sort - 1) / 2)]);
  return sort % 2 ? result : result.reverse();
}

const textOfSeries = ({ __name__: name = "", ...labels }) => `${name}{${Object.entries(labels).map(([key, text]) => `${key}="${text}"`).join(",")}}`;

// Adds what is not an option yet; tells what that was.
function addOptions(one, values) {
  const added = values.filter((value) => !one.options.some((option) => option.value === value));
  one.options = [...one.options, ...added.map((value) => ({ text: value, value }))];
  return added;
}

export class Variables {
  // `range()` is the shown time in seconds, `ask(path, fields)` gets the data of an answer.
  constructor(list, { range, ask, address, dashboard }) {
    this.range = range;
    this.ask = ask;
    this.dashboard = dashboard;
    // How often samples come, in seconds: as Grafana has it, unless this site's are further apart.
    this.scrape = 15;
    this.list = list.map((definition) => ({ ...definition, options: definition.options ?? [], current: definition.current ?? [], chosen: [], taken: [], problem: null }));
    this.byName = new Map(this.list.map((one) => [one.name, one]));
    for (const one of this.list) one.needs = [...new Set(this.textsOf(one).flatMap(namesIn))].filter((name) => name !== one.name && this.byName.has(name));
    this.readAddress(address);
  }

  textsOf({ query, regex, options, kind }) {
    return [regex, ...Object.values(query ?? {}), ...(kind === "query" ? [] : options.map(({ value }) => value))];
  }

  // `var-x=a&var-x=b`, as Grafana has it.
  readAddress(address) {
    for (const one of this.list) {
      const given = address.getAll(`var-${one.name}`);
      one.wanted = given.length ? given.map((value) => one.includesAll && (value === "All" || value === one.allValue) ? all : value) : null;
    }
  }

  writeAddress(address) {
    for (const { name, chosen, kind } of this.list) {
      address.delete(`var-${name}`);
      if (kind !== "constant" && kind !== "datasource") for (const value of chosen) address.append(`var-${name}`, value);
    }
  }

  // Rates need several samples each: sites that ask seldom have longer ones.
  async learnScrape() {
    try {
      const { yaml } = await this.ask("/api/v1/status/config");
      const all = [...yaml.matchAll(/\bscrape_interval:\s*"?(\w+)/g)].map(([, text]) => spanOf(text) / 1000).filter((span) => span > 0);
      this.scrape = Math.max(this.scrape, ...all);
    } catch (error) { console.warn(error); }
  }

  // Looks for the options of all variables, or of those that depend on one; each after what it names.
  async resolve(changed = null) {
    const work = new Map();
    const meant = changed ? this.dependents(changed) : new Set(this.list.map((one) => one.name));
    // What was typed is for the choices that there were.
    if (changed) for (const name of meant) this.byName.get(name).taken = [];
    const run = (name, above) => {
      const one = this.byName.get(name);
      if (!meant.has(name)) return Promise.resolve();
      if (!work.has(name)) {
        // What names each other in a circle is taken in the order of the file.
        const needs = one.needs.filter((need) => !above.includes(need));
        work.set(name, Promise.all(needs.map((need) => run(need, [...above, name]))).then(() => this.look(one)));
      }
      return work.get(name);
    };
    for (const { name } of this.list) run(name, []);
    await Promise.all(work.values());
  }

  dependents(name) {
    const found = new Set();
    const add = (below) => {
      for (const one of this.list) if (one.needs.includes(below) && !found.has(one.name)) { found.add(one.name); add(one.name); }
    };
    add(name);
    return found;
  }

  // A list that cannot be had leaves the others, and the panels, as they are.
  async look(one) {
    one.problem = null;
    try {
      if (one.kind === "query") {
        const texts = one.query ? await this.textsFor(one.query) : [];
        one.options = sorted(picked(texts, this.text(one.regex, "regex")), one.sort);
      } else if (one.kind === "interval" && one.autoCount) {
        one.options = [{ text: say("script.auto"), value: `$__auto_interval_${one.name}` }, ...one.options.filter(({ value }) => !value.startsWith("$__auto"))];
      }
    } catch (error) {
      one.problem = error.message;
      one.options = [];
    }
    this.choose(one);
  }

  async textsFor({ kind, label, series, pattern: named, expr }) {
    const { start, end } = this.range();
    const fields = { start, end };
    switch (kind) {
      case "labelValues": {
        const match = series ? { "match[]": this.promql(series) } : {};
        return this.ask(`/api/v1/label/${encodeURIComponent(this.text(label))}/values`, { ...fields, ...match });
      }
      case "labelNames": {
        const match = named ? { "match[]": this.promql(named) } : {};
        return this.ask("/api/v1/labels", { ...fields, ...match });
      }
      case "metrics": {
        const wanted = new RegExp(this.text(named));
        return (await this.ask("/api/v1/label/__name__/values", fields)).filter((name) => wanted.test(name));
      }
      case "series": return (await this.ask("/api/v1/series", { ...fields, "match[]": this.promql(series) })).map(textOfSeries);
      default: return this.results(await this.ask("/api/v1/query", { query: this.promql(expr), time: end }));
    }
  }

  // Each result as a text, from which a pattern takes its part.
  results({ resultType, result }) {
    if (resultType === "scalar" || resultType === "string") return [String(result[1])];
    return result.map(({ metric, value, values }) => {
      const [time, number] = value ?? values.at(-1);
      return `${textOfSeries(metric)} ${number} ${time * 1000}`;
    });
  }

  // What is chosen stays where it is still an option; else the first option is, which is "all" where there is one.
  choose(one) {
    if (one.kind === "textbox") { one.chosen = one.wanted ?? (one.chosen.length ? one.chosen : [one.options[0]?.value ?? ""]); return; }
    if (one.kind === "constant" || one.kind === "datasource") { one.chosen = [one.options[0]?.value ?? ""]; return; }
    addOptions(one, one.taken.filter((value) => one.chosen.includes(value)));
    const known = new Map(one.options.flatMap(({ text, value }) => [[text, value], [value, value]]));
    const takesOthers = one.kind === "query" || one.kind === "custom";
    const valid = (values, takes) => {
      if (one.includesAll && values?.some((value) => value === all || value === "All")) return [all];
      const found = [...new Set((values ?? []).map((value) => known.get(value) ?? (takes && value && value !== all ? value : undefined)).filter((value) => value !== undefined))];
      return one.isMulti ? found : found.slice(0, 1);
    };
    // What an address names is taken though it is none of the options: a pattern that somebody typed. A list in braces is how
    // several values stand in a link.
    const parts = (value) => {
      const inner = /^\{(.+)\}$/.exec(value)?.[1].split(",") ?? [];
      return inner.length && inner.every((part) => known.has(part)) ? inner : [value];
    };
    const choices = [valid(one.wanted?.flatMap(parts), takesOthers), valid(one.chosen), valid(one.current)];
    one.taken.push(...addOptions(one, choices[0].filter((value) => value !== all)));
    one.chosen = choices.find((values) => values.length) ?? (one.includesAll ? [all] : one.options.slice(0, 1).map(({ value }) => value));
    one.wanted = null;
  }

  set(name, values) { this.byName.get(name).chosen = values; }

  isEmpty({ kind, options, chosen }) { return (kind === "query" || kind === "custom") && !options.length && !(chosen.length && chosen[0] !== all); }

  // The variables without values that a text needs.
  emptyIn(texts) {
    return [...new Set(texts.flatMap(namesIn))].map((name) => this.byName.get(name)).filter((one) => one && this.isEmpty(one) && !(one.allValue && one.chosen[0] === all));
  }

  // The values that stand for a variable one by one: all of them where all are chosen.
  values(name, scope = {}) {
    const one = this.byName.get(name);
    if (scope[name]) return [scope[name].value];
    if (!one) return [];
    return one.chosen[0] === all ? one.options.map(({ value }) => value) : one.chosen;
  }

  textOf(name, value) { return this.byName.get(name)?.options.find((option) => option.value === value)?.text ?? value; }

  // What a name stands for.
  find(name, { step, scrape = this.scrape, scope = {} } = {}) {
    if (scope[name]) return { name, ...scope[name], isPattern: true };
    const one = this.byName.get(name);
    if (!one) return this.global(name, step, scrape);
    if (one.kind === "interval" && one.chosen[0]?.startsWith("$__auto")) {
      const { start, end } = this.range();
      const least = spanOf(one.autoMin);
      return { name, text: say("script.auto"), value: spanText(Math.max(Number.isNaN(least) ? 0 : least, rounded((end - start) * 1000 / one.autoCount))) };
    }
    const isPattern = Boolean(one.isMulti || one.includesAll);
    if (one.chosen[0] === all) {
      const values = one.options.map(({ value }) => value);
      const literal = one.allValue ? this.text(one.allValue, "raw") : undefined;
      return { name, text: say("script.all"), value: literal ?? values, literal, isPattern };
    }
    const text = one.chosen.map((value) => this.textOf(name, value)).join(" + ");
    return { name, text, value: one.isMulti && one.chosen.length !== 1 ? one.chosen : one.chosen[0] ?? "", isPattern };
  }

  global(name, step, scrape) {
    const { start, end } = this.range();
    const span = end - start;
    const every = step ?? Math.max(1, span / 1000);
    // Between two samples there is nothing to be told; and a young server's steps are shorter than those of the chosen time.
    const least = Math.max(every, scrape, rounded(span) / 1000);
    const rate = Math.max(least + scrape, scrape * 4);
    const known = {
      __interval: spanText(Math.round(least * 1000)), __interval_ms: Math.round(least * 1000),
      __rate_interval: spanText(Math.round(rate * 1000)), __rate_interval_ms: Math.round(rate * 1000),
      __range: `${Math.max(1, Math.round(span))}s`, __range_s: Math.max(1, Math.round(span)), __range_ms: Math.round(span * 1000),
      __from: Math.round(start * 1000), __to: Math.round(end * 1000),
      __url_time_range: `from=${Math.round(start * 1000)}&to=${Math.round(end * 1000)}`,
      __all_variables: this.list.map((one) => interpolate(`\${${one.name}:queryparam}`, (wanted) => this.find(wanted))).join("&"),
      __all: ".*",
    };
    if (name === "__dashboard") return { name, text: this.dashboard.title, value: this.dashboard.title, fields: this.dashboard };
    return name in known ? { name, text: String(known[name]), value: String(known[name]), literal: String(known[name]) } : null;
  }

  text(text, format = "glob", given = {}) {
    // A moment has formats of its own.
    return interpolate(text, (name) => {
      const found = this.find(name, given);
      return found && /^__(from|to)$/.test(name) ? { ...found, literal: undefined } : found;
    }, format);
  }

  promql(text, given = {}) { return this.text(text, "promql", given); }
}
