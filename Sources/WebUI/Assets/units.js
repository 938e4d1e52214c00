// Numbers with their units, by Grafana's names of units: a table of data, and how each kind of unit is written.
import { dated, number, say } from "./say.js";
import { local, offset } from "./times.js";

// A row: how it is written, the symbol, and the names; a name's number says how many prefixes its values already have.
const table = `
plain - none
text - string
scaled ,_K,_Mil,_Bil,_Tri,_Quadr,_Quint,_Sext,_Sept short
si - sishort
percent 1 percent
percent 100 percentunit
fixed %H humidity
fixed dB dB
si cd candela
hex 0x hex0x
hex - hex
science - sci
locale - locale
fixed px pixel
fixed m/sec² accMS2
fixed f/sec² accFS2
fixed g accG
fixed ° degree
fixed rad radian
fixed grad grad
fixed arcmin arcmin
fixed arcsec arcsec
fixed m² areaM2
fixed ft² areaF2
fixed mi² areaMI2
fixed ac acres
fixed ha hectares
si FLOPS flops mflops:2 gflops:3 tflops:4 pflops:5 eflops:6 zflops:7 yflops:8
fixed ppm ppm
fixed ppb conppb
fixed ng/m³ conngm3
fixed ng/Nm³ conngNm3
fixed μg/m³ conμgm3
fixed μg/Nm³ conμgNm3
fixed mg/m³ conmgm3
fixed mg/Nm³ conmgNm3
fixed g/m³ congm3
fixed g/Nm³ congNm3
fixed mg/dL conmgdL
fixed mmol/L conmmolL
money $ currencyUSD
money £ currencyGBP
money € currencyEUR
money ¥ currencyJPY
money ₽ currencyRUB
money ₴ currencyUAH
money R$ currencyBRL
moneyBehind kr currencyDKK currencyISK currencyNOK currencySEK
money czk currencyCZK
money CHF currencyCHF
money PLN currencyPLN
money ฿ currencyBTC
money mBTC currencymBTC
money μBTC currencyμBTC
money R currencyZAR
money ₹ currencyINR
money ₩ currencyKRW
money Rp currencyIDR
money PHP currencyPHP
moneyBehind đ currencyVND
moneyBehind ₺ currencyTRY
money RM currencyMYR
money XPF currencyXPF
money BGN currencyBGN
money ₲ currencyPYG
money UYU currencyUYU
money ₪ currencyILS
binary B bytes kbytes:1 mbytes:2 gbytes:3 tbytes:4 pbytes:5
si B decbytes deckbytes:1 decmbytes:2 decgbytes:3 dectbytes:4 decpbytes:5
binary b bits
si b decbits
si p/s pps
binary B/s binBps KiBs:1 MiBs:2 GiBs:3 TiBs:4 PiBs:5
si B/s Bps KBs:1 MBs:2 GBs:3 TBs:4 PBs:5
binary b/s binbps Kibits:1 Mibits:2 Gibits:3 Tibits:4 Pibits:5
si b/s bps Kbits:1 Mbits:2 Gbits:3 Tbits:4 Pbits:5
moment YYYY-MM-DD_HH:mm:ss dateTimeAsIso dateTimeAsSystem
today YYYY-MM-DD_HH:mm:ss|HH:mm:ss dateTimeAsIsoNoDateIfToday
moment MM/DD/YYYY_h:mm:ss_a dateTimeAsUS
today MM/DD/YYYY_h:mm:ss_a|h:mm:ss_a dateTimeAsUSNoDateIfToday
dated - dateTimeAsLocal
datedToday - dateTimeAsLocalNoDateIfToday
sinceThen - dateTimeFromNow
si W watt kwatt:1 megwatt:2 gwatt:3 mwatt:-1
si W/m² Wm2
si VA voltamp kvoltamp:1
si VAr voltampreact kvoltampreact:1
si Wh watth kwatth:1 mwatth:2
si Wh/kg watthperkg
si W-Min kwattm:1
si Ah amph kamph:1 mamph:-1
si J joule
si eV ev
si A amp kamp:1 mamp:-1
si V volt kvolt:1 mvolt:-1
si dBm dBm
si Ω ohm mohm:-1 kohm:1 Mohm:2
si F farad µfarad:-2 nfarad:-3 pfarad:-4 ffarad:-5
si H henry mhenry:-1 µhenry:-2
si Lm lumens
fixed gpm flowgpm
fixed cms flowcms
fixed cfs flowcfs
fixed cfm flowcfm
fixed L/h litreh
fixed L/min flowlpm
fixed mL/min flowmlpm
fixed lux lux
si Nm forceNm forcekNm:1
si N forceN forcekN:1
si H/s Hs KHs:1 MHs:2 GHs:3 THs:4 PHs:5 EHs:6
si g massg massmg:-1 masskg:1
fixed lb masslb
fixed t masst
si m lengthm lengthmm:-1 lengthkm:1
fixed in lengthin
fixed ft lengthft
fixed mi lengthmi
si bar pressurebar pressurembar:-1 pressurekbar:1
si Pa pressurepa
fixed hPa pressurehpa
fixed kPa pressurekpa
fixed "Hg pressurehg
scaled psi,ksi,Mpsi pressurepsi
si Bq radbq
si Ci radci
si Gy radgy
si rad radrad
si Sv radsv radmsv:-1 radusv:-2
si rem radrem
si C/kg radexpckg
si R radr
si Sv/h radsvh radmsvh:-1 radusvh:-2
fixed rpm rotrpm
si Hz rothz rotkhz:1 rotmhz:2 rotghz:3 hertz
fixed rad/s rotrads
fixed °/s rotdegs
fixed °C celsius
fixed °F fahrenheit farenheit
fixed K kelvin
span - ns µs ms s m h d
duration millisecond dtdurationms
duration second dtdurations
clock hours dthms
clock days dtdhms
ticks - timeticks
parts 1 clockms
parts 1000 clocks
count c/s cps
count ops/s ops
count req/s reqps
count rd/s rps
count wr/s wps
count io/s iops
count evt/s eps
count msg/s mps
count rec/s recps
count rows/s rowsps
count c/m cpm
count ops/m opm
count req/m reqpm
count rd/m rpm
count wr/m wpm
count evts/m epm
count msgs/m mpm
count rec/m recpm
count rows/m rowspm
fixed m/s velocityms
fixed km/h velocitykmh
fixed mph velocitymph
fixed kn velocityknot
si L litre mlitre:-1
fixed m³ m3
fixed Nm³ Nm3
fixed dm³ dm3
fixed gal gallons
either true|false bool
either yes|no bool_yes_no
either on|off bool_on_off`;

// Two signs look like a micro; either is read.
const key = (id) => id.normalize("NFKC");

const units = new Map(table.trim().split("\n").flatMap((row) => {
  const [kind, symbol, ...names] = row.split(" ");
  return names.map((name) => {
    const [id, count] = name.split(":");
    return [key(id), { kind, symbol: symbol === "-" ? "" : symbol.replaceAll("_", " "), offset: Number(count ?? 0), id: key(id) }];
  });
}));

// The names that the table has, for whoever lists or tests them.
export const unitNames = [...units.keys()];

const decimalPrefixes = ["f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"];
const binaryPrefixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
const thousands = ["", "K", "M", "B", "T"];

// From how much on a span is told in a larger unit, by what it is divided then, and what it is called.
const minute = 60, hour = 3600, day = 86400, week = 604800;
const spans = {
  ns: [[0, 1, "ns"], [1e3, 1e3, "µs"], [1e6, 1e6, "ms"], [1e9, 1e9, "s"], [6e10, 6e10, "min"], [3.6e12, 3.6e12, "hour"], [8.64e13, 8.64e13, "day"]],
  "μs": [[0, 1, "µs"], [1e3, 1e3, "ms"], [1e6, 1e6, "s"]],
  ms: [[0, 1, "ms"], [1e3, 1e3, "s"], [6e4, 6e4, "min"], [3.6e6, 3.6e6, "hour"], [8.64e7, 8.64e7, "day"], [3.1536e10, 3.1536e10, "year"]],
  s: [[0, 1e-9, "ns"], [1e-6, 1e-6, "µs"], [1e-3, 1e-3, "ms"], [1, 1, "s"], [minute, minute, "min"], [hour, hour, "hour"], [day, day, "day"], [week, week, "week"], [31536000, 3.15569e7, "year"]],
  m: [[0, 1, "min"], [60, 60, "hour"], [1440, 1440, "day"], [10080, 10080, "week"], [604800, 525948, "year"]],
  h: [[0, 1, "hour"], [24, 24, "day"], [168, 168, "week"], [8760, 8760, "year"]],
  d: [[0, 1, "day"], [7, 7, "week"], [365, 365, "year"]],
};

// Three digits that count where nothing else is wanted, and of a number below zero two: as many as Grafana shows.
function digitsOf(value) {
  if (value % 1 === 0 || !Number.isFinite(value)) return 0;
  return Math.max(0, (value < 0 ? 1 : 2) - Math.floor(Math.log10(Math.abs(value))));
}

function fixed(value, decimals) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const wanted = decimals ?? undefined;
  const digits = Math.min(20, Math.max(0, wanted ?? digitsOf(value)));
  const factor = 10 ** digits;
  const rounded = Math.round(value * factor) / factor;
  // What is too large or small to be written out, or to be rounded so, is written as it is.
  if (!Number.isFinite(rounded) || /e/.test(String(rounded))) return String(Number.isFinite(rounded) ? rounded : value);
  return number(wanted === undefined ? String(rounded === 0 ? 0 : rounded) : (rounded === 0 ? 0 : rounded).toFixed(digits));
}

function scaled(value, base, names, offset, decimals) {
  if (!Number.isFinite(value)) return { text: fixed(value), suffix: "" };
  let steps = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)) / Math.log10(base));
  steps = Math.min(names.length - 1 - offset, Math.max(-offset, steps));
  return { text: fixed(value / base ** steps, decimals), suffix: names[offset + steps] };
}

function spanOf(value, unit, decimals) {
  const steps = spans[unit];
  if (value === 0) return { text: fixed(0, decimals ?? 0), suffix: ` ${nameOf(unit === "s" ? "s" : steps[0][2])}` };
  const [, divisor, name] = steps.findLast(([from]) => Math.abs(value) >= from) ?? steps[0];
  return { text: fixed(value / divisor, decimals), suffix: ` ${nameOf(name)}` };
}

// What is written with letters stands in the language's file; symbols are the same everywhere.
const nameOf = (name) => ["min", "hour", "day", "week", "year"].includes(name) ? say("script.unit." + name) : name;

const lengths = [
  ["year", 31536e6], ["month", 2592e6], ["week", 6048e5], ["day", 864e5], ["hour", 36e5], ["minute", 6e4], ["second", 1e3], ["millisecond", 1],
];

const counted = (name, count) => say("script.unit." + name + "s", { count });

// "1 day, 2 hours": the largest unit, and as many more as decimals are wanted.
function durationOf(value, unit, decimals) {
  if (value === 0) return counted(unit, 0);
  if (value < 0) return say("script.unit.ago", { time: durationOf(-value, unit, decimals) });
  let rest = value * lengths.find(([name]) => name === unit)[1];
  const first = lengths.findIndex(([, length]) => rest / length >= 1);
  if (first < 0) return counted("millisecond", 0);
  return lengths.slice(first, first + 1 + Math.max(0, decimals ?? 0)).map(([name, length]) => {
    const count = Math.floor(rest / length);
    rest %= length;
    return counted(name, count);
  }).join(", ");
}

const two = (count) => String(Math.floor(count)).padStart(2, "0");

// `26:03:04`, or `1 d 02:03:04`
function clockOf(seconds, unit) {
  if (seconds < 0) return say("script.unit.ago", { time: clockOf(-seconds, unit) });
  const days = unit === "days" ? Math.floor(seconds / day) : 0;
  const rest = seconds - days * day;
  const text = [rest / hour, rest % hour / minute, rest % minute].map(two).join(":");
  return days > 0 ? `${days} d ${text}` : text;
}

// `01h:02m:03s:004ms`, of which as many parts behind the first as decimals are wanted.
function partsOf(time, decimals) {
  if (time < 0) return `-${partsOf(-time, decimals)}`;
  const parts = [`${two(time / 36e5)}h`, `${two(time % 36e5 / 6e4)}m`, `${two(time % 6e4 / 1e3)}s`, `${String(Math.floor(time % 1e3)).padStart(3, "0")}ms`];
  const first = time >= 36e5 ? 0 : time >= 6e4 ? 1 : time >= 1e3 ? 2 : 3;
  const shown = parts.slice(first);
  // Below a minute nothing is between all and the first.
  if (decimals === undefined || decimals === null || first === 2 && decimals > 0) return shown.join(":");
  return shown.slice(0, decimals + 1).join(":");
}

const isToday = (time) => local(time).slice(0, 10) === local(Date.now()).slice(0, 10);

// A moment by a pattern of moment.js: https://momentjs.com/docs/#/displaying/format/
function written(time, pattern) {
  if (!Number.isFinite(time) || Math.abs(time) > 8.64e15) return "–";
  const clock = new Date(time + offset(time));
  const [year, month, date, hours] = [clock.getUTCFullYear(), clock.getUTCMonth(), clock.getUTCDate(), clock.getUTCHours()];
  const word = (options) => new Intl.DateTimeFormat(document.documentElement.lang || "en", { timeZone: "UTC", ...options }).format(clock);
  const minutes = offset(time) / 60000;
  const zone = (colon) => `${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}${colon}${two(Math.abs(minutes) % 60)}`;
  const half = hours < 12 ? "am" : "pm";
  const known = {
    YYYY: String(year), YY: two(year % 100), Q: Math.floor(month / 3) + 1, MMMM: word({ month: "long" }), MMM: word({ month: "short" }), MM: two(month + 1), M: month + 1,
    DD: two(date), Do: date, D: date, dddd: word({ weekday: "long" }), ddd: word({ weekday: "short" }), d: clock.getUTCDay(), E: clock.getUTCDay() || 7,
    HH: two(hours), H: hours, hh: two(hours % 12 || 12), h: hours % 12 || 12, mm: two(clock.getUTCMinutes()), m: clock.getUTCMinutes(),
    ss: two(clock.getUTCSeconds()), s: clock.getUTCSeconds(), SSS: String(clock.getUTCMilliseconds()).padStart(3, "0"), SS: two(clock.getUTCMilliseconds() / 10), S: Math.floor(clock.getUTCMilliseconds() / 100),
    A: half.toUpperCase(), a: half, Z: zone(":"), ZZ: zone(""), X: Math.floor(time / 1000), x: time,
  };
  return pattern.replace(/\[([^\]]*)\]|\\(.)|YYYY|YY|Q|M{1,4}|Do|D{1,2}|d{3,4}|d|E|HH?|hh?|mm?|ss?|S{1,3}|A|a|ZZ?|X|x/g,
    (token, literal, escaped) => literal ?? escaped ?? String(known[token]));
}

// How long ago in words, in steps as people count.
function sinceThen(time) {
  const seconds = Math.round(Math.abs(Date.now() - time) / 1000);
  const [minutes, hours, days] = [seconds / 60, seconds / hour, seconds / day].map(Math.round);
  const months = Math.round(seconds / day / 30.4375), years = Math.round(seconds / day / 365.25);
  const text = seconds < 45 ? say("script.unit.fewSeconds") : minutes < 45 ? counted("minute", Math.max(1, minutes))
    : hours < 22 ? counted("hour", Math.max(1, hours)) : days < 26 ? counted("day", Math.max(1, days))
      : months < 11 ? counted("month", Math.max(1, months)) : counted("year", Math.max(1, years));
  return time > Date.now() ? say("script.unit.ahead", { time: text }) : say("script.unit.ago", { time: text });
}

function eitherOf(value, pair) {
  const [yes, no] = pair.split("|");
  return say("script.unit." + (value ? yes : no));
}

function moneyOf(value, decimals) { return scaled(Math.abs(value), 1000, thousands, 0, decimals); }

function hexOf(value, decimals) {
  const rounded = Number(value.toFixed(Math.min(20, Math.max(0, decimals ?? digitsOf(value)))));
  return (rounded < 0 ? "-" : "") + "0x" + Math.abs(rounded).toString(16).toUpperCase();
}

function localeOf(value, decimals) {
  return /e/.test(String(value)) ? String(value) : number(String(Number(value.toFixed(Math.min(20, Math.max(0, decimals ?? 3))))));
}

// How a kind of unit is written: the text, or the text and what stands before and behind it.
const writers = {
  plain: (value, unit, decimals) => fixed(value, decimals),
  text: (value) => String(value),
  fixed: (value, { symbol }, decimals) => ({ text: fixed(value, decimals), suffix: ` ${symbol}` }),
  prefix: (value, { symbol }, decimals) => ({ prefix: symbol, text: fixed(value, decimals) }),
  percent: (value, { symbol }, decimals) => ({ text: fixed(value * Number(symbol), decimals), suffix: "%" }),
  scaled: (value, { symbol }, decimals) => scaled(value, 1000, symbol.split(","), 0, decimals),
  si: (value, { symbol, offset: steps }, decimals) => scaled(value, 1000, decimalPrefixes.map((prefix) => ` ${prefix}${symbol}`.trimEnd()), 5 + steps, decimals),
  binary: (value, { symbol, offset: steps }, decimals) => scaled(value, 1024, binaryPrefixes.map((prefix) => ` ${prefix}${symbol}`), steps, decimals),
  count: (value, { symbol }, decimals) => scaled(value, 1000, thousands.map((name) => `${name} ${symbol}`), 0, decimals),
  money: (value, { symbol }, decimals) => ({ ...moneyOf(value, decimals), prefix: (value < 0 ? "-" : "") + symbol }),
  moneyBehind: (value, { symbol }, decimals) => {
    const amount = moneyOf(value, decimals);
    return { ...amount, prefix: value < 0 ? "-" : "", suffix: amount.suffix + symbol };
  },
  hex: (value, { symbol }, decimals) => symbol ? hexOf(value, decimals) : hexOf(value, decimals).replace("0x", ""),
  science: (value, unit, decimals) => value.toExponential(decimals ?? undefined),
  locale: (value, unit, decimals) => localeOf(value, decimals),
  span: (value, { id }, decimals) => spanOf(value, id, decimals),
  ticks: (value, unit, decimals) => spanOf(value / 100, "s", decimals),
  duration: (value, { symbol }, decimals) => durationOf(value, symbol, decimals),
  clock: (value, { symbol }) => clockOf(value, symbol),
  parts: (value, { symbol }, decimals) => partsOf(value * Number(symbol), decimals),
  moment: (value, { symbol }) => written(value, symbol),
  today: (value, { symbol }) => written(value, symbol.split("|")[isToday(value) ? 1 : 0]),
  dated: (value) => dated(local(value).slice(0, 19)),
  datedToday: (value) => isToday(value) ? local(value).slice(11, 19) : dated(local(value).slice(0, 19)),
  sinceThen: (value) => sinceThen(value),
  either: (value, { symbol }) => eitherOf(value, symbol),
  words: (value, { symbol }) => {
    const [yes, ...no] = symbol.split("/");
    return value ? yes : no.length ? no.join("/") : "-";
  },
};

// Units that people write themselves: `suffix:fps`, `si:mF`, `time:YYYY`; any other text stands behind the number.
function own(name) {
  const [, form, text] = /^(prefix|suffix|time|si|count|currency|bool):(.*)$/s.exec(name) ?? [];
  switch (form) {
    case "prefix": return { kind: "prefix", symbol: text };
    case "suffix": return { kind: "fixed", symbol: text.trim() };
    case "time": return { kind: "moment", symbol: text };
    case "count": return { kind: "count", symbol: text };
    case "currency": return { kind: "money", symbol: text };
    case "bool": return { kind: "words", symbol: text };
    case "si": {
      const steps = decimalPrefixes.findIndex((prefix) => prefix && key(prefix) === key(text[0] ?? "")) - 5;
      const hasPrefix = steps >= -5 && text.length > 1;
      return { kind: "si", symbol: hasPrefix ? text.slice(1) : text, offset: hasPrefix ? steps : 0 };
    }
    default: return { kind: "fixed", symbol: name };
  }
}

// Whether values of a unit are moments.
export const isMoment = (unit) => ["moment", "today", "dated", "datedToday", "sinceThen"].includes(found(unit).kind);

// Whether its prefixes are powers of 1,024.
export const isBinary = (unit) => found(unit).kind === "binary";

function found(unit) {
  if (!unit) return { kind: "plain", symbol: "" };
  return units.get(key(unit)) ?? own(unit);
}

// A number in its unit: what is written, and what stands before and behind it.
export function format(value, unit, decimals) {
  if (value === null || value === undefined) return { prefix: "", text: "", suffix: "" };
  const kind = found(unit);
  const isWritten = !Number.isFinite(value) && kind.kind !== "text";
  const result = isWritten ? { text: fixed(value) } : writers[kind.kind](value, kind, decimals);
  return { prefix: "", suffix: "", ...(typeof result === "string" ? { text: result } : result) };
}

// The same as one text; what is missing is a dash.
export function shown(value, unit, decimals) {
  if (value === null || value === undefined) return "–";
  const { prefix, text, suffix } = format(value, unit, decimals);
  return prefix + text + suffix;
}
