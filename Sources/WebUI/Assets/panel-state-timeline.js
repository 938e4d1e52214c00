// Rows of states over time: what is the same for a while is one piece.
import { display, limitsOf, nameOf, textOf } from "./field.js";
import { inkOn, paletteOf } from "./colors.js";
import { extent, framesFor, label, part, reach, styleFor } from "./panel-data.js";
import { say } from "./say.js";
import { local } from "./times.js";

const most = 100;
// So wide is a moment below the rows, in pixels.
const momentWidth = 80;

// By which threshold a value is coloured: what stays within one is one state. Yes and no are states themselves.
function stepOf(value, style, hint) {
  const isMeant = style.color?.mode === "thresholds" && typeof value === "number" && !/^bool/.test(style.unit ?? "");
  const limits = isMeant ? limitsOf(style, hint) : [];
  if (!limits.length) return undefined;
  const text = (limit) => textOf(display(limit, { ...style, mappings: [] }));
  const reached = limits.findLast((limit) => value >= limit.value);
  return reached ? `${text(reached.value)}+` : `< ${text(limits[0].value)}`;
}

export class StateTimeline {
  constructor(element, panel) {
    this.element = element;
    this.panel = panel;
    document.addEventListener("themechange", () => this.draw());
  }

  async load(range, context) {
    const width = this.element.clientWidth || 600;
    const frames = await framesFor(this.panel, range, context, width);
    this.range = { start: range.start * 1000, end: range.end * 1000 };
    // A sample holds until the next one, but not over a time without any.
    this.step = Math.max(...this.panel.targets.map((target) => context.stepOf(target, range, width)), 1) * 1000;
    this.rows = frames.flatMap((frame) => {
      const times = frame.fields.find((field) => field.type === "time")?.values;
      if (!times) return [];
      return frame.fields.filter((field) => field.type !== "time").map((field) => {
        const style = styleFor(this.panel, frame, field, context);
        return { field, times, style, name: nameOf({ ...field, labels: field.labels ?? {} }, null, style) };
      }).filter(({ style }) => !style.isHidden);
    });
    this.draw();
    return this.rows.length;
  }

  draw() {
    if (!this.rows) return;
    this.element.className = "body states";
    const shown = this.rows.slice(0, most).map((row) => this.row(row));
    this.element.replaceChildren(...shown, this.axis());
    if (this.rows.length > most) this.element.append(part("p", "rest note", say("script.andMore", { count: this.rows.length - most })));
    reach(this.element);
  }

  // Times in which what is shown stays the same.
  pieces({ field, times, style }) {
    const hint = { ...extent(this.rows.flatMap((row) => row.field.values)), mode: "continuous-GrYlRd" };
    const found = [];
    let words = new Map();
    times.forEach((time, place) => {
      const value = field.values[place];
      if (value === null || value === undefined) return;
      const shown = display(value, style, hint);
      const text = shown.isMapped || this.panel.options?.merge === false ? textOf(shown) : stepOf(value, style, hint) ?? textOf(shown);
      if (typeof value === "string" && !shown.isMapped) {
        if (!words.has(text)) words.set(text, words.size);
        shown.color = paletteOf(words.get(text));
      }
      const until = Math.min(times[place + 1] ?? this.range.end, time + this.step * 1.5);
      const last = found.at(-1);
      const joins = last && last.end >= time && last.text === text && last.color === shown.color && this.panel.options?.merge !== false;
      if (joins) last.end = until;
      else found.push({ start: time, end: until, text, color: shown.color });
    });
    return found;
  }

  row(one) {
    const row = part("div", "state-row");
    const lane = part("div", "lane");
    const width = this.element.clientWidth * 0.8;
    const pieces = this.pieces(one);
    const length = this.range.end - this.range.start || 1;
    const share = (time) => Math.min(100, Math.max(0, (time - this.range.start) / length * 100));
    for (const piece of pieces) {
      const [left, right] = [share(piece.start), share(piece.end)];
      if (right <= left) continue;
      // Only a text that has room is written.
      const { stateTexts } = this.panel.options ?? {};
      const hasRoom = stateTexts === "always" || stateTexts !== "never" && (right - left) / 100 * width > 8 + 7 * piece.text.length;
      const bar = part("span", "state", hasRoom ? piece.text : "");
      bar.style.left = `${left}%`;
      bar.style.width = `${right - left}%`;
      bar.style.backgroundColor = piece.color;
      bar.style.color = inkOn(piece.color);
      bar.title = `${one.name}: ${piece.text}, ${local(piece.start).slice(0, 19)} – ${local(piece.end).slice(0, 19)}`;
      lane.append(bar);
    }
    lane.setAttribute("role", "img");
    lane.setAttribute("aria-label", `${one.name}: ${pieces.at(-1)?.text ?? say("script.noData")}`);
    row.append(label(one.name), lane);
    return row;
  }

  axis() {
    const axis = part("div", "state-row axis");
    const lane = part("div", "lane");
    const length = this.range.end - this.range.start;
    const marks = Math.max(1, Math.min(8, Math.floor(this.element.clientWidth * 0.8 / momentWidth)));
    for (let mark = 0; mark < marks; mark += 1) {
      const moment = part("span", "", local(this.range.start + length * mark / marks).slice(length > 864e5 ? 5 : 11, length < 36e5 ? 19 : 16));
      moment.style.left = `${mark / marks * 100}%`;
      lane.append(moment);
    }
    axis.append(part("span", "label"), lane);
    return axis;
  }
}
