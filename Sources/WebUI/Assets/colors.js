// Colours of dashboards: any of CSS, and Grafana's names in the colours of the page's theme.
export function css(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

const hues = { green: "--ok", red: "--bad", orange: "--s2", yellow: "--s8", blue: "--accent", purple: "--s4", text: "--text", panel: "--panel" };
const shades = { "super-light": "white 55%", light: "white 28%", "semi-dark": "black 18%", dark: "black 36%" };

// A colour for a style sheet; a name that nobody knows is the text's colour.
export function colorOf(name) {
  const text = String(name ?? "").trim();
  const [, shade, hue] = /^(?:(super-light|light|semi-dark|dark)-)?([a-z]+)$/.exec(text) ?? [];
  if (hue in hues) return shade ? `color-mix(in srgb, var(${hues[hue]}), ${shades[shade]})` : `var(${hues[hue]})`;
  return text && CSS.supports("color", text) ? text : "var(--text)";
}

// The same for a canvas, which knows no variables.
export function paintOf(name) { return painted(colorOf(name)); }

// A colour of a style sheet for a canvas.
export const painted = (color) => color.replace(/var\((--[\w-]+)\)/g, (_, variable) => css(variable));

// Eight colours, and shades of them for what comes after the first eight.
const rounds = [
  (color) => color, (color) => `color-mix(in srgb, ${color}, var(--text) 40%)`,
  (color) => `color-mix(in srgb, ${color}, var(--panel) 45%)`, (color) => `color-mix(in srgb, ${color}, var(--text) 70%)`,
];
export const shadeOf = (color, index) => rounds[Math.floor(index / 8) % rounds.length](color);

// The colour of a series by its place.
export const paletteOf = (index) => shadeOf(`var(--s${((index % 8) + 8) % 8 + 1})`, Math.max(0, index));

export function placeOf(text) { return [...String(text)].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7) % 8; }

const gradients = {
  "continuous-GrYlRd": ["green", "yellow", "red"], "continuous-RdYlGr": ["red", "yellow", "green"],
  "continuous-BlYlRd": ["dark-blue", "super-light-yellow", "dark-red"], "continuous-YlRd": ["super-light-yellow", "dark-red"],
  "continuous-BlPu": ["blue", "purple"], "continuous-YlBl": ["super-light-yellow", "dark-blue"],
  "continuous-blues": ["panel", "dark-blue"], "continuous-reds": ["panel", "dark-red"],
  "continuous-greens": ["panel", "dark-green"], "continuous-purples": ["panel", "dark-purple"],
  "continuous-viridis": ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"],
  "continuous-magma": ["#000004", "#51127c", "#b73779", "#fc8961", "#fcfdbf"],
  "continuous-plasma": ["#0d0887", "#7e03a8", "#cc4778", "#f89540", "#f0f921"],
  "continuous-inferno": ["#000004", "#57106e", "#bc3754", "#f98e09", "#fcffa4"],
  "continuous-cividis": ["#00224e", "#414d6b", "#7c7b78", "#bcaf6f", "#fee838"],
};

// The colour at a place of a gradient, from 0 to 1.
export function gradientOf(mode, share) {
  const stops = gradients[mode] ?? gradients["continuous-GrYlRd"];
  const place = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * (stops.length - 1);
  const first = Math.min(stops.length - 2, Math.floor(place));
  return `color-mix(in srgb, ${colorOf(stops[first])}, ${colorOf(stops[first + 1])} ${Math.round((place - first) * 100)}%)`;
}

let probe;
const known = new Map();

// Red, green and blue of a colour as it stands on the panel.
function parts(color) {
  const paint = painted(color);
  const ground = css("--panel");
  const key = `${ground} ${paint}`;
  if (known.has(key)) return known.get(key);
  if (known.size > 500) known.clear();
  probe ??= Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  for (const fill of [ground, paint]) {
    probe.fillStyle = fill;
    probe.fillRect(0, 0, 1, 1);
  }
  const result = [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
  known.set(key, result);
  return result;
}

function brightness(color) {
  const [red, green, blue] = parts(color).map((part) => part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [dark, light] = [brightness(one), brightness(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// A colour in which a text can be read on the panel: the same, with as much of the text's colour as that needs.
export function inkOf(color) {
  for (let share = 0; share < 100; share += 15) {
    const mixed = share ? `color-mix(in srgb, ${color}, var(--text) ${share}%)` : color;
    if (contrast(mixed, "var(--panel)") >= 5) return mixed;
  }
  return "var(--text)";
}

// Black or white: whichever is read better on a colour.
export const inkOn = (color) => contrast(color, "#000") >= contrast(color, "#fff") ? "#000" : "#fff";
