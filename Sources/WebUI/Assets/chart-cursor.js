// The cursor of a chart: what all series are at that moment, by mouse, touch and keyboard.
import { linkFor } from "./panel-data.js";
import { dated, say } from "./say.js";
import { local, offsetText } from "./times.js";
import { valueText } from "./chart-legend.js";
import { speak } from "./speak.js";

// More values are counted, and fewer are spoken.
const rowsMax = 20;
const spokenMax = 6;

export function momentText(time) {
  const text = local(time * 1000);
  return `${dated(text.slice(0, 10))} ${text.slice(11, time % 1 ? 23 : 19)} ${offsetText(time * 1000)}`;
}

export class Cursor {
  constructor(chart, element) {
    this.chart = chart;
    this.element = element;
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.hidden = true;
    element.tabIndex = 0;
    element.addEventListener("mouseenter", () => { this.isHere = true; });
    element.addEventListener("mouseleave", () => this.leave());
    element.addEventListener("blur", () => this.leave());
    element.addEventListener("keydown", (event) => this.key(event));
    element.addEventListener("pointerdown", ({ clientX, clientY }) => { this.down = { clientX, clientY }; });
    element.addEventListener("click", (event) => this.click(event));
    for (const name of ["touchstart", "touchmove"]) element.addEventListener(name, (event) => this.touch(event), { passive: true });
    document.addEventListener("touchstart", ({ target }) => { if (this.isHere && !element.contains(target)) this.leave(); }, { passive: true });
    document.addEventListener("pointerdown", ({ target }) => { if (!this.tip.contains(target)) this.release(); });
    this.tip.addEventListener("focusout", ({ relatedTarget }) => { if (!this.tip.contains(relatedTarget)) this.release(); });
    this.tip.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      element.focus();
      this.release();
    });
  }

  // Two clicks at one place zoom out, whatever was drawn between them; one holds the tip where it has links.
  click(event) {
    const { clientX, clientY, timeStamp } = event;
    const isAt = (other) => other && Math.hypot(other.clientX - clientX, other.clientY - clientY) < 6;
    if (event.target.closest("a") || !isAt(this.down)) return;
    const isSecond = isAt(this.first) && timeStamp - this.first.timeStamp < 500;
    this.first = isSecond ? null : { clientX, clientY, timeStamp };
    if (isSecond) { this.release(); this.chart.zoomOut(); } else this.hold();
  }

  // Keeps the tip as it is, so that its links can be reached; returns whether it has any.
  hold() {
    const { plot } = this.chart;
    const index = plot?.cursor.idx;
    if (!this.isHere || this.tip.hidden || index === null || index === undefined || !this.linksAt(index)) return false;
    this.show(plot, index, true);
    this.isHeld = true;
    this.tip.classList.add("held");
    return true;
  }

  release() {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.tip.classList.remove("held");
    this.leave();
  }

  linksAt(index) { return this.valuesAt(index).some(({ series }) => series.style.links?.length); }

  leave() {
    if (this.isHeld) return;
    this.isHere = false;
    this.tip.hidden = true;
    if (this.isByKey || this.isByTouch) this.chart.plot?.setCursor({ left: -10, top: -10 }, true, true);
    this.isByKey = this.isByTouch = false;
  }

  touch({ touches }) {
    const { plot } = this.chart;
    if (!plot || touches.length !== 1) return;
    const box = plot.over.getBoundingClientRect();
    const [left, top] = [touches[0].clientX - box.left, touches[0].clientY - box.top];
    if (left < 0 || left > box.width) return;
    this.isHere = this.isByTouch = true;
    plot.setCursor({ left, top }, true, true);
  }

  // Arrows go from moment to moment, ten at a time with shift; minus zooms out, Escape leaves.
  key(event) {
    const { plot, data } = this.chart;
    if (!plot || event.target !== this.element || event.altKey || event.ctrlKey || event.metaKey) return;
    const count = data[0].length;
    const index = plot.cursor.idx ?? count;
    const far = event.shiftKey ? 10 : 1;
    const next = { ArrowLeft: index - far, ArrowRight: (plot.cursor.idx ?? -1) + far, Home: 0, End: count - 1 }[event.key];
    if (event.key === "Escape") { this.release(); this.leave(); return; }
    if (event.key === "Enter") {
      if (!this.hold()) return;
      event.preventDefault();
      this.tip.querySelector("a")?.focus();
      return;
    }
    if (event.key === "-") { this.chart.zoomOut(); event.preventDefault(); return; }
    if (next === undefined || !count) return;
    event.preventDefault();
    const [low, high] = [plot.valToIdx(plot.scales.x.min), plot.valToIdx(plot.scales.x.max)];
    const at = Math.min(Math.max(next, low), high);
    this.release();
    this.isHere = this.isByKey = true;
    plot.setCursor({ left: plot.valToPos(data[0][at], "x"), top: plot.over.clientHeight / 3 }, true, true);
    speak(this.textAt(at));
  }

  // The values at a moment, the greatest first.
  valuesAt(index) {
    return this.chart.series.filter((one) => !one.isOff && one.values[index] !== null && one.values[index] !== undefined)
      .map((series) => ({ series, value: series.values[index] })).sort((a, b) => b.value - a.value);
  }

  textAt(index) {
    const values = this.valuesAt(index);
    const words = values.slice(0, spokenMax).map(({ series, value }) => `${series.name} ${valueText(series, value)}`);
    if (values.length > spokenMax) words.push(say("script.andMore", { count: values.length - spokenMax }));
    if (this.linksAt(index)) words.push(say("script.tipLinks"));
    return [momentText(this.chart.data[0][index]), ...this.marksAt(index).map(({ text }) => text), ...values.length ? words : [say("script.noData")]].join(", ");
  }

  marksAt(index) {
    const { plot, data, context } = this.chart;
    const near = plot.posToVal(6, "x") - plot.posToVal(0, "x");
    return (context?.marks?.of(this.chart.panel) ?? []).filter(({ start, end }) => start - near <= data[0][index] && data[0][index] <= end + near).slice(0, 5);
  }

  move(plot) {
    const index = plot.cursor.idx;
    // The other charts share the moment, not the value.
    this.element.classList.toggle("follows", !this.isHere);
    if (this.isHeld) return;
    if (!this.isHere || index === null || index === undefined || plot.cursor.left < 0) { this.tip.hidden = true; return; }
    this.show(plot, index);
  }

  show(plot, index, hasLinks = false) {
    const values = this.valuesAt(index);
    const nearest = this.nearest(plot, index, values);
    const head = document.createElement("div");
    head.className = "tip-time";
    head.textContent = momentText(this.chart.data[0][index]);
    const shown = values.slice(0, rowsMax);
    if (nearest && !shown.includes(nearest)) shown[shown.length - 1] = nearest;
    const rows = shown.flatMap((one) => [this.row(one, one === nearest), ...hasLinks ? this.links(one, index) : []]);
    const marks = this.marksAt(index).map(({ text, color }) => Object.assign(document.createElement("div"), { className: "tip-mark", textContent: text, title: color }));
    if (values.length > shown.length) marks.push(Object.assign(document.createElement("div"), { className: "rest", textContent: say("script.andMore", { count: values.length - shown.length }) }));
    if (!hasLinks && this.linksAt(index)) marks.push(Object.assign(document.createElement("div"), { className: "rest", textContent: say("script.tipLinks") }));
    this.tip.setAttribute("role", "group");
    this.tip.setAttribute("aria-label", head.textContent);
    this.tip.replaceChildren(head, ...rows, ...marks);
    this.tip.hidden = false;
    this.place(plot);
  }

  nearest(plot, index, values) {
    let best = null, distance = 40;
    for (const one of values) {
      const drawn = this.chart.data[this.chart.series.indexOf(one.series) + 1][index];
      const away = Math.abs(plot.valToPos(drawn, one.series.scale) - plot.cursor.top);
      if (away < distance) [best, distance] = [one, away];
    }
    return best;
  }

  // Where the links of a series lead at a moment.
  links({ series, value }, index) {
    const { chart } = this;
    const times = { type: "time", values: chart.times.map((time) => Math.round(time * 1000)) };
    const about = { value, text: valueText(series, value), field: { name: series.name }, labels: series.metric, row: index, frame: { fields: [times] } };
    const links = (series.style.links ?? []).map((link) => linkFor(link, about, chart.context)).filter(Boolean);
    if (!links.length) return [];
    const line = document.createElement("div");
    line.className = "tip-links";
    links.forEach((link, i) => line.append(i ? " " : "", link));
    return [line];
  }

  row({ series, value }, isNearest) {
    const row = document.createElement("div");
    row.className = isNearest ? "tip-row nearest" : "tip-row";
    row.style.setProperty("--c", series.color);
    const [name, text] = [document.createElement("span"), document.createElement("b")];
    name.textContent = series.name;
    text.textContent = valueText(series, value);
    row.append(name, text);
    return row;
  }

  // Beside the cursor, on the side that has room.
  place(plot) {
    if (this.tip.parentElement !== document.body) document.body.append(this.tip);
    const box = plot.over.getBoundingClientRect();
    const { left, top } = plot.cursor;
    const [width, height] = [this.tip.offsetWidth, this.tip.offsetHeight];
    const x = box.left + left + 16 + width > innerWidth ? box.left + left - 16 - width : box.left + left + 16;
    const y = Math.min(Math.max(4, box.top + top - height / 2), Math.max(4, innerHeight - height - 4));
    this.tip.style.left = `${Math.max(4, x)}px`;
    this.tip.style.top = `${y}px`;
  }
}
