// Gauges: a bow that is as full as the value between its ends, with the thresholds on it.
import { limitsOf, textOf } from "./field.js";
import { colorOf, inkOf } from "./colors.js";
import { label, linked, part, shareOf, svgPart, worded } from "./panel-data.js";
import { ValuesPanel } from "./panel-values.js";
import { fit, without } from "./panel-stat.js";
import { shown } from "./units.js";

const most = 60;
const bow = "M 10 60 A 50 50 0 0 1 110 60";

export class Gauge extends ValuesPanel {
  chosen(values) { return values.length ? values : without(this.panel.field ?? {}); }

  draw() {
    if (!this.values) return;
    this.element.className = `body stats ${this.panel.options?.orientation ?? "auto"}`;
    this.fill(most, (one) => this.cell(one));
  }

  cell(one) {
    const { prefix = "", suffix = "", hidesMarks, labelsMarks } = this.panel.options ?? {};
    const text = worded(prefix, this.context) + textOf(one.display) + worded(suffix, this.context);
    const span = endsOf(one);
    const cell = part("div", "stat");
    const svg = svgPart("svg", { viewBox: labelsMarks ? "-26 -8 172 72" : "0 0 120 64", class: "gauge", role: "img", "aria-label": `${one.name} ${text}`.trim() });
    svg.style.color = one.display.color;
    svg.append(svgPart("path", { d: bow, class: "track", pathLength: 100 }));
    const share = shareOf(one.value, span);
    if (share > 0) svg.append(svgPart("path", { d: bow, class: "fill", pathLength: 100, stroke: "currentColor", "stroke-dasharray": `${share * 100} 200` }));
    for (const { value, color } of limitsOf(one.style, span)) {
      if (!(value > span.min && value < span.max)) continue;
      if (!hidesMarks) svg.append(tick(shareOf(value, span), color));
      if (labelsMarks) svg.append(lettering(shareOf(value, span), shown(value, one.style.unit, one.style.decimals)));
    }
    const value = part("div", "value", text);
    value.style.color = inkOf(one.display.color);
    fit(value, text);
    linked(value, one.style, { ...one, text }, this.context);
    cell.append(svg, value);
    if (this.values.length > 1 || one.style.displayName) cell.append(label(one.name));
    return cell;
  }
}

// The file's ends; those of a share, or of what was there in this time, where it has none.
function endsOf({ style: { min, max, unit }, extent: own = {} }) {
  const isShare = unit === "percent" || unit === "percentunit" || !(own.max > own.min);
  return { min: min ?? (isShare ? 0 : own.min), max: max ?? (unit === "percentunit" ? 1 : isShare ? 100 : own.max) };
}

// A threshold's value beside the bow.
function lettering(share, text) {
  const angle = Math.PI * (1 - share);
  const place = { x: (60 + 63 * Math.cos(angle)).toFixed(1), y: (60 - 63 * Math.sin(angle) + 1).toFixed(1) };
  const label = svgPart("text", { ...place, class: "gauge-mark", "text-anchor": share < 0.45 ? "end" : share > 0.55 ? "start" : "middle" });
  label.textContent = text;
  return label;
}

function tick(share, color) {
  const angle = Math.PI * (1 - share);
  const line = svgPart("line");
  for (const [end, radius] of [[1, 56], [2, 60]]) {
    line.setAttribute(`x${end}`, 60 + radius * Math.cos(angle));
    line.setAttribute(`y${end}`, 60 - radius * Math.sin(angle));
  }
  line.style.stroke = colorOf(color);
  return line;
}
