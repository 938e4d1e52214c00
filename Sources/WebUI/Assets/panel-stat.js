// Large numbers: one a series, with what it was over the time behind it.
import { display, textOf } from "./field.js";
import { inkOf, inkOn } from "./colors.js";
import { label, linked, part, svgPart, worded } from "./panel-data.js";
import { ValuesPanel } from "./panel-values.js";

// More are no longer looked at one by one.
const most = 60;

export class Stat extends ValuesPanel {
  chosen(values) { return values.length ? values : without(this.panel.field ?? {}); }

  draw() {
    if (!this.values) return;
    const { orientation = "auto" } = this.panel.options ?? {};
    this.element.className = `body stats ${orientation}`;
    this.fill(most, (one) => this.cell(one));
  }

  cell(one) {
    const { colorMode = "value", graphMode = "area", textMode = "auto", prefix = "", suffix = "" } = this.panel.options ?? {};
    const cell = part("div", "stat");
    const text = worded(prefix, this.context) + textOf(one.display) + worded(suffix, this.context);
    const isNamed = this.values.length > 1 || this.panel.field?.displayName || !this.panel.title;
    const showsName = textMode === "value_and_name" || textMode === "name" || textMode === "auto" && isNamed;
    const [main, name] = textMode === "name" ? [one.name, ""] : textMode === "none" ? ["", ""] : [text, showsName ? one.name : ""];
    if (name) cell.append(sized(label(name), this.panel.options?.titleSize));
    const value = part("div", "value", main);
    fit(value, main);
    sized(value, this.panel.options?.valueSize);
    linked(value, one.style, { ...one, text }, this.context);
    cell.append(value);
    const isGround = colorMode.startsWith("background");
    if (isGround) {
      cell.classList.add("ground");
      cell.style.backgroundColor = one.display.color;
      cell.style.color = inkOn(one.display.color);
    } else if (colorMode === "value") {
      value.style.color = inkOf(one.display.color);
    }
    if (graphMode === "area" && one.field.values.length > 1 && one.times?.length) cell.append(spark(one, isGround ? "currentColor" : colorMode === "none" ? "var(--muted)" : one.display.color));
    if (textMode === "none") {
      cell.setAttribute("role", "img");
      cell.setAttribute("aria-label", `${one.name} ${text}`);
    }
    return cell;
  }
}

// A field without any value still says what stands for it.
export function without(style) {
  const shown = display(null, style);
  const isTold = style.noValue || shown.isMapped;
  return isTold ? [{ name: "", style, value: null, labels: {}, extent: {}, display: { ...shown, color: shown.isMapped ? shown.color : "var(--text)" }, field: { values: [] } }] : [];
}

// A file's own size of letters.
function sized(element, pixels) {
  if (pixels) element.style.fontSize = `${Math.min(pixels, 200)}px`;
  return element;
}

// Capitals are wider than other letters, and dots hardly count.
const widthOf = (text) => [...String(text)].reduce((sum, letter) => sum + (/[A-ZÀ-Ý%@mw]/.test(letter) ? 1.4 : /[.,:;'|ijl ]/.test(letter) ? 0.6 : 1), 0);

// As large as there is room; only what is long has more than one line.
export function fit(value, text) {
  const letters = widthOf(text);
  value.style.setProperty("--letters", Math.min(24, Math.max(4, letters)));
  value.classList.toggle("long", letters > 28);
}

// The course of a series without axes, behind its number.
export function spark({ field, times }, color) {
  const svg = svgPart("svg", { viewBox: "0 0 100 30", preserveAspectRatio: "none", class: "spark", "aria-hidden": "true" });
  const numbers = field.values.filter((value) => typeof value === "number" && Number.isFinite(value));
  const [low, high] = numbers.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  const [first, last] = [times[0], times.at(-1)];
  const x = (time) => ((time - first) / (last - first || 1) * 100).toFixed(2);
  const y = (value) => (high > low ? 28 - (value - low) / (high - low) * 26 : 15).toFixed(2);
  let [line, area, begin] = ["", "", null];
  field.values.forEach((value, place) => {
    const isNumber = typeof value === "number" && Number.isFinite(value);
    if (isNumber) {
      line += `${begin === null ? "M" : "L"}${x(times[place])} ${y(value)}`;
      if (begin === null) { begin = x(times[place]); area += `M${begin} 30L${begin} ${y(value)}`; } else area += `L${x(times[place])} ${y(value)}`;
    }
    const ends = begin !== null && (!isNumber || place === field.values.length - 1);
    if (ends) { area += `L${x(times[isNumber ? place : place - 1])} 30Z`; begin = null; }
  });
  svg.style.color = color;
  svg.append(svgPart("path", { d: area, class: "area" }), svgPart("path", { d: line, class: "line" }));
  return svg;
}
