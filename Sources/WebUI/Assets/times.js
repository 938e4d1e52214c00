// Moments by the clock of the zone for which the page was made: shown, and read as people write them. The server reads
// and shows them alike: Sources/LocalTime/TimeText.swift.
const wanted = document.documentElement.dataset.zone || "UTC";
const make = (timeZone) => new Intl.DateTimeFormat("en-GB", {
  timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
});
let format;
// A browser that does not know a zone shows UTC, and says so.
export const zone = (() => { try { format = make(wanted); return wanted; } catch { format = make("UTC"); return "UTC"; } })();

const day = 86400000;
const two = (number) => String(number).padStart(2, "0");

// How far the clock is ahead of UTC then, in milliseconds.
export function offset(time) {
  const parts = {};
  for (const { type, value } of format.formatToParts(time)) parts[type] = Number(value);
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) - Math.floor(time / 1000) * 1000;
}

// What the clock shows, as if it were UTC, and when it shows that: the first time where it does so twice, and by the
// clock of before where it never does.
const wall = (time) => time + offset(time);
function unwall(local) {
  const [before, after] = [offset(local - day), offset(local + day)];
  const first = local - before;
  if (before === after || offset(first) === before) return first;
  return offset(local - after) === after ? local - after : first;
}

// `2026-11-28 17:00:00.123`
export function local(time) { return new Date(wall(Number(time))).toISOString().replace("T", " ").replace("Z", ""); }

// `UTC+7`, `UTC-3:30`, `UTC`
export function offsetText(time) {
  const minutes = offset(time) / 60000;
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return minutes ? `UTC${minutes < 0 ? "-" : "+"}${hours}${rest ? `:${two(rest)}` : ""}` : "UTC";
}

// As a field has it, and which reads as the same moment.
export function field(time) {
  const text = local(time).replace(".000", "");
  if (moment(text) === Number(time)) return text;
  const minutes = offset(time) / 60000;
  return `${text}${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

const lengths = { ms: 1, s: 1000, m: 60000, h: 3600000, H: 3600000, d: day, w: 7 * day, y: 365 * day };

function added(time, count, unit) {
  if (["s", "m", "h", "H"].includes(unit)) return time + count * lengths[unit];
  const there = wall(time);
  if (unit === "d" || unit === "w") return unwall(there + count * lengths[unit]);
  const date = new Date(there);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + count * (unit === "y" ? 12 : 1);
  const last = new Date(Date.UTC(Math.floor(months / 12), months % 12 + 1, 0)).getUTCDate();
  return unwall(Date.UTC(Math.floor(months / 12), months % 12, Math.min(date.getUTCDate(), last)) + (there % day + day) % day);
}

// The first moment of a unit, and its last.
function rounded(time, unit) {
  const there = wall(time);
  const date = new Date(there);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const number = Math.floor(there / day);
  // 1 January 1970 was a Thursday, and weeks begin on Monday.
  const monday = number - ((number + 3) % 7 + 7) % 7;
  const days = {
    y: [Date.UTC(year, 0), Date.UTC(year + 1, 0)], M: [Date.UTC(year, month), Date.UTC(year, month + 1)],
    w: [monday * day, (monday + 7) * day], d: [number * day, (number + 1) * day],
  }[unit];
  if (days) return [unwall(days[0]), unwall(days[1]) - 1];
  const start = time - (there - number * day) % lengths[unit];
  return [start, start + lengths[unit] - 1];
}

function math(text, now) {
  let range = [now, now];
  let rest = text;
  while (rest) {
    const part = /^(?:\/([smhHdwMy])|([+-])(\d{0,9})([smhHdwMy]))/.exec(rest);
    if (!part) return null;
    if (part[1]) range = rounded(range[0], part[1]);
    else range = range.map((time) => added(time, (part[2] === "-" ? -1 : 1) * Number(part[3] || 1), part[4]));
    rest = rest.slice(part[0].length);
  }
  return range;
}

function ago(text, now) {
  if (!/^(?:\d+(?:ms|[ywdhms]))+$/.test(text)) return null;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/(\d+)(ms|[ywdhms])/g)) sum += Number(number) * lengths[unit];
  return sum > 0 ? [now - sum, now - sum] : null;
}

function date(text) {
  const parts = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (!parts) return null;
  const [year, month, dayOfMonth, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? 0));
  const there = Date.UTC(year, month - 1, dayOfMonth, hour, minute, second, Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3)));
  if (new Date(Date.UTC(year, month - 1, dayOfMonth)).getUTCMonth() !== month - 1 || hour > 23 || minute > 59 || second > 59) return null;
  if (parts[4] === undefined) return [unwall(there), unwall(there + day) - 1];
  if (!parts[8]) return [unwall(there), unwall(there)];
  if (/z/i.test(parts[8])) return [there, there];
  const minutes = Number(parts[8].slice(1, 3)) * 60 + Number(parts[8].slice(-2));
  const time = there - (parts[8][0] === "-" ? -1 : 1) * minutes * 60000;
  return [time, time];
}

// Milliseconds since 1970 of a text at a range's start, or its end; NaN for one that is no time.
export function moment(text, side = "start", now = Date.now()) {
  const trimmed = String(text).trim();
  if (/^-?\d+$/.test(trimmed)) return Number(trimmed);
  const range = trimmed.startsWith("now")
    ? math(trimmed.slice(3), now) ?? (trimmed[3] === "-" ? ago(trimmed.slice(4), now) : null)
    : date(trimmed) ?? ago(trimmed, now);
  return range ? range[side === "end" ? 1 : 0] : NaN;
}

// Whether a text names another moment whenever it is read.
export const isRelative = (text) => String(text).startsWith("now") || ago(String(text), 0) !== null;
