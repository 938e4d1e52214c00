// The legend of a chart, as a list or a table: what a series is called, its value or what is calculated of it. A click
// shows one series alone, with shift or control it takes one away or back.
import { display, textOf } from "./field.js";
import { reduce } from "./frames.js";
import { say } from "./say.js";

// More are counted.
const rowsMax = 100;

export const calculations = ["lastNotNull", "last", "firstNotNull", "first", "min", "max", "mean", "median", "sum", "count", "range", "delta", "step", "diff", "diffperc", "logmin", "allIsZero", "allIsNull", "changeCount", "distinctCount", "variance", "stdDev", "percent"];

const nameOf = (calc) => calculations.includes(calc) ? say("script.calc." + calc) : calc.replace(/^p(\d+)$/, "$1 %");

export function valueText(series, value) { return textOf(display(value, series.style, { index: series.index, mode: "palette-classic" })); }

const calculated = (series, calc, times) => {
  const value = reduce(series.values, calc, times);
  return value === null && calc === "lastNotNull" ? valueText(series, null) : valueText(series, value);
};

export class Legend {
  constructor(chart, element) {
    this.chart = chart;
    this.element = element;
    element?.addEventListener("click", (event) => this.click(event));
  }

  click(event) {
    const button = event.target.closest("button[data-series]");
    if (!button) return;
    const { chart } = this;
    const name = button.dataset.series;
    const names = chart.series.map((one) => one.name);
    if (event.shiftKey || event.ctrlKey || event.metaKey) {
      if (chart.off.has(name)) chart.off.delete(name); else chart.off.add(name);
      if (names.every((one) => chart.off.has(one))) chart.off.clear();
    } else {
      const isAlone = !chart.off.has(name) && names.every((one) => one === name || chart.off.has(one));
      chart.off = new Set(isAlone ? [] : names.filter((one) => one !== name));
    }
    chart.draw();
    // The same series keeps the focus behind the new drawing.
    [...this.element.querySelectorAll("button[data-series]")].find((one) => one.dataset.series === name)?.focus();
  }

  show() {
    const { element, chart } = this;
    if (!element) return;
    const { legend = {} } = chart.panel.options ?? {};
    // The file's order holds until a column is chosen.
    if (this.order === undefined && legend.sortBy) this.order = { by: legend.sortBy, isUp: !legend.sortsDown };
    element.hidden = legend.isShown === false;
    element.parentElement.classList.toggle("legend-right", Boolean(legend.isRight) && !element.hidden);
    if (element.hidden) return;
    const all = chart.series.filter(({ style }) => !style.isOutOfLegend);
    const shown = this.ordered(all).slice(0, rowsMax);
    const calcs = legend.calcs ?? [];
    const focused = element.contains(document.activeElement) ? document.activeElement.dataset.series : null;
    element.replaceChildren(...legend.isTable ? [this.table(shown, calcs)] : shown.map((one) => this.item(one, calcs)));
    if (all.length > shown.length) element.append(Object.assign(document.createElement("span"), { className: "rest", textContent: say("script.andMore", { count: all.length - shown.length }) }));
    if (focused) [...element.querySelectorAll("button")].find((one) => one.dataset.series === focused)?.focus();
  }

  button(series, text) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.series = series.name;
    button.className = "series";
    button.style.setProperty("--c", series.color);
    button.textContent = text;
    button.title = say("script.legendHelp");
    button.setAttribute("aria-pressed", String(!series.isOff));
    return button;
  }

  item(series, calcs) {
    const values = calcs.length ? calcs.map((calc) => `${nameOf(calc)}: ${calculated(series, calc, this.chart.times)}`) : [calculated(series, "lastNotNull", this.chart.times)];
    return this.button(series, `${series.name} ${values.join(" ")}`);
  }

  table(shown, calcs) {
    const table = document.createElement("table");
    const cell = (name, ...children) => {
      const made = document.createElement(name);
      made.append(...children);
      return made;
    };
    const head = cell("tr", cell("th", say("script.legendName")), ...calcs.map((calc) => this.head(calc, cell)));
    const rows = shown.map((series) => {
      const name = cell("th", this.button(series, series.name));
      name.scope = "row";
      return cell("tr", name, ...calcs.map((calc) => cell("td", calculated(series, calc, this.chart.times))));
    });
    table.append(cell("thead", head), cell("tbody", ...rows));
    return table;
  }

  // A column's name sorts by it: down, up, and as the series come.
  head(calc, cell) {
    const button = cell("button", nameOf(calc));
    button.type = "button";
    button.addEventListener("click", () => {
      const { by, isUp } = this.order ?? {};
      this.order = by !== calc ? { by: calc, isUp: false } : isUp ? null : { by: calc, isUp: true };
      this.show();
    });
    const th = cell("th", button);
    th.setAttribute("aria-sort", this.order?.by !== calc ? "none" : this.order.isUp ? "ascending" : "descending");
    return th;
  }

  ordered(shown) {
    if (!this.order) return shown;
    if (this.order.by === "name") {
      const sorted = [...shown].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
      return this.order.isUp ? sorted : sorted.reverse();
    }
    const value = (one) => Number(reduce(one.values, this.order.by, this.chart.times) ?? -Infinity);
    return [...shown].sort((a, b) => (value(a) - value(b)) * (this.order.isUp ? 1 : -1));
  }
}
