// The texts of scripts, in the language of the page. How the file of a language is read: Words.swift, of which this is
// the part for scripts.
import texts from "./words.js";

const rules = {
  "other": () => 0,
  "one other": (n) => n === 1 ? 0 : 1,
  "one few other": (n) => n % 10 === 1 && n % 100 !== 11 ? 0 : n % 10 >= 2 && n % 10 <= 4 && !(n % 100 >= 12 && n % 100 <= 14) ? 1 : 2,
};
// A number with the language's own signs: one that is written with a point and without groups.
export function number(value) {
  const [, sign, whole, fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
  if (whole === undefined) return String(value);
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, texts["language.group"] ?? ",");
  return sign + grouped + (fraction === undefined ? "" : (texts["language.decimal"] ?? ".") + fraction);
}

// A date, and what follows it, in the language's own order.
export function dated(text) {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  return year ? say("language.date", { year, month, day }) + text.slice(10) : text;
}

const form = rules[texts["language.plurals"]] ?? rules["one other"];

// The text of a key of the sections [script], [language] and [unit], or of a camera's state, with values filled in.
export function say(key, values = {}) {
  return (texts[key] ?? key).replace(/\{([^{}:]+)(?::([^{}]*))?\}/g, (whole, name, forms) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (forms === undefined) return typeof value === "number" ? number(value) : String(value);
    const all = forms.split("|");
    return all[Math.min(form(Math.abs(value)), all.length - 1)];
  });
}

// A span of time in its largest whole unit, as Shown.span of the pages has it.
export function span(seconds) {
  const [count, unit] = seconds < 120 ? [seconds, "second"] : seconds < 7200 ? [seconds / 60, "minute"]
    : seconds < 172800 ? [seconds / 3600, "hour"] : [seconds / 86400, "day"];
  return `${number(Math.floor(count))} ${say(`unit.${unit}`)}`;
}
