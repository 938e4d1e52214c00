// Bars: one a series, as long as its value between the ends.
import { display, textOf, valueColor } from "./field.js";
import { inkOf } from "./colors.js";
import { label, linked, part, shareOf, spanOf, worded } from "./panel-data.js";
import { ValuesPanel } from "./panel-values.js";

const most = 200;
// The lamps of a bar that looks like one of a mixing desk.
const lamps = 30;

export class BarGauge extends ValuesPanel {
  draw() {
    if (!this.values) return;
    const { orientation = "auto", displayMode = "gradient", hidesUnfilled } = this.panel.options ?? {};
    // As Grafana places them: what is wider than high has its bars beside each other.
    const { clientWidth: width, clientHeight: height } = this.element;
    const isUpright = orientation === "auto" ? width > height : orientation === "vertical";
    this.element.className = ["body", "bars", isUpright ? "upright" : "lying", displayMode, hidesUnfilled ? "bare" : ""].join(" ");
    this.fill(most, (one) => this.row(one));
  }

  row(value) {
    const { prefix = "", suffix = "", displayMode = "gradient" } = this.panel.options ?? {};
    const span = spanOf(value, this.values);
    const one = { ...value, display: display(value.value, value.style, { ...value.hint, ...span }) };
    const row = part("div", "bar-row");
    const text = worded(prefix, this.context) + textOf(one.display) + worded(suffix, this.context);
    const number = part("span", "value", text);
    linked(number, one.style, { ...one, text }, this.context);
    const { valueMode = "color" } = this.panel.options ?? {};
    if (valueMode === "color") number.style.color = inkOf(one.display.color);
    if (this.panel.options?.namePlacement !== "hidden") row.append(label(one.name));
    row.append(meter(one, span, displayMode));
    if (valueMode !== "hidden") row.append(number);
    return row;
  }
}

// A bar by itself; tables have it in their cells, too.
export function meter({ value, style, display, hint = {} }, span, mode = "basic") {
  const bar = part("span", "meter");
  bar.setAttribute("role", "presentation");
  const share = shareOf(value, span);
  if (mode === "lcd" || mode === "lcd-gauge") {
    bar.classList.add("lamps");
    for (let lamp = 0; lamp < lamps; lamp += 1) {
      const light = part("i", lamp < share * lamps ? "on" : "");
      light.style.backgroundColor = valueColor(span.min + (span.max - span.min) * (lamp + 0.5) / lamps, { ...style, mappings: [] }, { ...hint, ...span });
      bar.append(light);
    }
    return bar;
  }
  const fill = part("i", "fill");
  fill.style.setProperty("--share", `${(share * 100).toFixed(2)}%`);
  fill.style.backgroundColor = display.color;
  bar.append(fill);
  return bar;
}
