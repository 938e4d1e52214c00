// Variables in texts as Grafana writes them: `$x`, `${x}`, `${x:format}`, `[[x]]`, `[[x:format]]`.
// https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
const syntax = /\$(\w+)|\[\[(\w+?)(?::([\w-]+))?\]\]|\$\{(\w+)(?:\.([^:}]+))?(?::([^}]+))?\}/g;

// The names that a text has.
export function namesIn(text) {
  return [...String(text ?? "").matchAll(syntax)].map((part) => part[1] ?? part[2] ?? part[4]);
}

const list = (value) => Array.isArray(value) ? value : [value];
const whole = (value) => list(value).join(",");

export function escapeRegex(text) { return String(text).replace(/[\\^$*+?.()|[\]{}/]/g, "\\$&"); }

// For a regular expression that itself stands in a text of PromQL: what is escaped for the one is escaped for the other.
export function escapeTwice(text) {
  return String(text).replace(/\\/g, "\\\\\\\\").replace(/[$^*{}[\]+?.()|]/g, "\\\\$&");
}

// The quote that is open at the end of a text of PromQL; nothing between two texts.
function openQuote(text) {
  let quote = "";
  for (let place = 0; place < text.length; place += 1) {
    const letter = text[place];
    if (quote && quote !== "`" && letter === "\\") place += 1;
    else if (letter === quote) quote = "";
    else if (!quote && /["'`]/.test(letter)) quote = letter;
  }
  return quote;
}

// As Grafana's Prometheus source puts a variable into an expression; a value that something must equal is no pattern. A
// quote in a value does not end the text that it stands in, and nothing is escaped for one that is taken as it is.
export function promql(value, { isPattern }, before = "") {
  const all = list(value).map(String);
  const isOne = !isPattern || all.length === 1 && /!?=\s*["'`]$/.test(before);
  const quote = openQuote(before);
  const isRaw = quote === "`";
  const kept = (text) => quote && !isRaw ? text.replaceAll(quote, `\\${quote}`) : text;
  if (isOne) return all.map((text) => kept(isRaw ? text : text.replace(/\\/g, "\\\\"))).join(",");
  const escaped = all.map((text) => kept(isRaw ? text.replace(/[\\$^*{}[\]+?.()|]/g, "\\$&") : escapeTwice(text)));
  return escaped.length === 1 ? escaped[0] : `(${escaped.join("|")})`;
}

const strict = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function lucene(text) { return String(text).replace(/([!*+\-=<>\s&|()[\]{}^~?:\\/"])/g, "\\$1"); }

const formats = {
  raw: whole, csv: whole,
  regex: (value) => {
    const all = list(value).map(escapeRegex);
    return all.length === 1 ? all[0] : `(${all.join("|")})`;
  },
  pipe: (value) => list(value).join("|"),
  glob: (value) => list(value).length === 1 ? list(value)[0] : `{${whole(value)}}`,
  json: (value) => JSON.stringify(value),
  doublequote: (value) => list(value).map((one) => `"${String(one).replaceAll('"', '\\"')}"`).join(","),
  singlequote: (value) => list(value).map((one) => `'${String(one).replaceAll("'", "\\'")}'`).join(","),
  sqlstring: (value) => list(value).map((one) => `'${String(one).replaceAll("'", "''")}'`).join(","),
  html: (value) => whole(value).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`),
  percentencode: (value) => strict(Array.isArray(value) ? `{${whole(value)}}` : value),
  uriencode: (value) => encodeURI(Array.isArray(value) ? `{${whole(value)}}` : value),
  queryparam: (value, { name }) => list(value).map((one) => `var-${name}=${strict(one)}`).join("&"),
  distributed: (value, { name }) => list(value).map((one, i) => i ? `${name}=${one}` : one).join(","),
  lucene: (value) => Array.isArray(value) ? value.length ? `(${value.map((one) => `"${lucene(one)}"`).join(" OR ")})` : "__empty__" : lucene(value),
  text: (value, { text }) => text,
  join: (value, _, separator) => list(value).join(separator || ","),
  date: (value, _, form) => dateText(Number(whole(value)), form),
};

// Milliseconds as a date in UTC: ISO 8601, `seconds`, or letters as `YYYY-MM-DD HH:mm:ss`.
function dateText(time, form = "iso") {
  if (!Number.isFinite(time)) return "";
  const text = new Date(time).toISOString();
  if (form === "iso") return text;
  if (form === "seconds") return String(Math.round(time / 1000));
  const parts = { YYYY: text.slice(0, 4), YY: text.slice(2, 4), MM: text.slice(5, 7), DD: text.slice(8, 10), HH: text.slice(11, 13), mm: text.slice(14, 16), ss: text.slice(17, 19), SSS: text.slice(20, 23) };
  return form.replace(/YYYY|YY|MM|DD|HH|mm|SSS|ss/g, (part) => parts[part]);
}

// `find(name)` answers what a name stands for: `{ name, text, value, isPattern, literal }`, or nothing for a name that is
// nobody's, which stays as it is. A literal goes in as it is, whatever the format.
export function interpolate(text, find, usual = "glob") {
  return String(text ?? "").replace(syntax, (found, plain, square, squareFormat, braced, field, bracedFormat, offset, all) => {
    const whole = find(plain ?? square ?? braced);
    const part = field && whole?.fields?.[field];
    const one = field ? part !== undefined && { name: field, text: part, value: part } : whole;
    if (!one) return found;
    const { value } = one;
    const [format, ...rest] = String(squareFormat ?? bracedFormat ?? "").split(":");
    if (one.literal !== undefined && !["text", "queryparam", "percentencode"].includes(format || usual)) return one.literal;
    if (!format && usual === "promql") return promql(value, one, all.slice(0, offset));
    return String((formats[format || usual] ?? formats.glob)(value, one, rest.join(":") || undefined));
  });
}
