// Tables: the columns of a frame, each in the style of its field, in the order of any of them.
import { display, nameOf, textOf } from "./field.js";
import { inkOf, inkOn } from "./colors.js";
import { lengthOf, reduce } from "./frames.js";
import { meter } from "./panel-bargauge.js";
import { extent, framesFor, linked, part, styleFor } from "./panel-data.js";
import { number, say } from "./say.js";
import { calcName, sorted } from "./transform.js";
import { isMoment } from "./units.js";

const most = 1000;

export class Table {
  constructor(element, panel) {
    this.element = element;
    this.panel = panel;
    this.chosen = panel.options?.frame ?? 0;
    // What a click has ordered; until then the file's own order holds.
    this.order = null;
    document.addEventListener("themechange", () => this.draw());
  }

  async load(range, context) {
    this.frames = await framesFor(this.panel, range, context, this.element.clientWidth || 600);
    this.context = context;
    this.draw();
    return this.frames.reduce((sum, frame) => sum + lengthOf(frame), 0);
  }

  draw() {
    if (!this.frames?.length) { this.element.replaceChildren(); return; }
    this.chosen = Math.min(this.chosen, this.frames.length - 1);
    const frame = this.frames[this.chosen];
    const all = frame.fields.map((field) => this.column(frame, field));
    const columns = all.filter(({ style }) => !style.isHidden);
    const { name, isDown } = this.order ?? this.ownOrder(all);
    const field = all.find((column) => column.name === name)?.field;
    // Columns are ordered with their frame, so that a row stays one.
    const ordered = field ? sorted(frame, field.name, isDown) : frame;
    for (const column of columns) column.field = ordered.fields.find((one) => one.name === column.field.name) ?? column.field;
    this.element.className = "body table-panel";
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.column : undefined;
    const top = this.element.querySelector(".table-scroll")?.scrollTop ?? 0;
    const table = part("table");
    table.append(this.widths(columns));
    if (!this.panel.options?.hidesHead) table.append(this.head(columns, name, isDown));
    const body = table.createTBody();
    const count = lengthOf(ordered);
    for (let row = 0; row < Math.min(count, most); row += 1) body.append(this.row(ordered, columns, row));
    if (this.panel.options?.footer) table.append(this.foot(columns, count));
    const scroll = part("div", "table-scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "group");
    scroll.setAttribute("aria-label", this.panel.title || say("script.panel.table"));
    scroll.append(table);
    this.element.replaceChildren(scroll);
    if (count > most) this.element.append(part("p", "rest note", say("script.andMore", { count: count - most })));
    if (this.frames.length > 1) this.element.append(this.choice());
    scroll.scrollTop = top;
    if (focused !== undefined) this.element.querySelector(`[data-column="${CSS.escape(focused)}"]`)?.focus();
  }

  column(frame, field) {
    let style = styleFor(this.panel, frame, field, this.context);
    if (field.type === "time" && !isMoment(style.unit ?? "")) style = { ...style, unit: "dateTimeAsIso" };
    return { field, style, name: nameOf({ ...field, labels: field.labels ?? {} }, null, style), extent: extent(field.values) };
  }

  // The file's: by a column's name, or by its place in old files.
  ownOrder(columns) {
    const { sortBy, sortsDown } = this.panel.options ?? {};
    const place = /^#(\d+)$/.exec(sortBy ?? "");
    return { name: place ? columns[Number(place[1])]?.name : sortBy, isDown: Boolean(sortsDown) };
  }

  widths(columns) {
    const group = part("colgroup");
    for (const { style } of columns) {
      const column = part("col");
      if (style.width) column.style.width = `${style.width}px`;
      group.append(column);
    }
    return group;
  }

  head(columns, name, isDown) {
    const head = part("thead");
    const row = head.insertRow();
    for (const column of columns) {
      const cell = part("th", alignOf(column));
      cell.scope = "col";
      const button = part("button", "", column.name);
      button.type = "button";
      button.dataset.column = column.name;
      button.title = column.name;
      const isOrder = column.name === name;
      if (isOrder) cell.setAttribute("aria-sort", isDown ? "descending" : "ascending");
      button.addEventListener("click", () => {
        this.order = { name: column.name, isDown: isOrder ? !isDown : false };
        this.draw();
      });
      cell.append(button);
      row.append(cell);
    }
    return head;
  }

  row(frame, columns, place) {
    const row = document.createElement("tr");
    let ground = null;
    for (const column of columns) {
      const { field, style, extent: ends } = column;
      const value = field.values[place] ?? null;
      const hint = { ...ends, name: column.name, mode: "thresholds" };
      const isPlain = value === null && !style.mappings?.length && !style.noValue;
      const shown = isPlain ? { prefix: "", text: "", suffix: "", color: "var(--text)" } : display(value, style, hint);
      const cell = row.insertCell();
      cell.className = alignOf(column);
      const text = textOf(shown);
      if (text.length > 40) cell.title = text;
      this.fill(cell, { value, style, display: shown, hint, text, extent: ends });
      if (style.colorsRow && cell.classList.contains("ground")) ground = shown.color;
      linked(cell, style, { value, text, field, labels: field.labels, row: place, frame }, this.context);
    }
    for (const cell of ground ? row.cells : []) grounded(cell, ground);
    return row;
  }

  // What is calculated of the columns, of those with numbers where none are named.
  foot(columns, count) {
    const { calc, fields = [], countsRows } = this.panel.options.footer;
    const foot = part("tfoot");
    const row = foot.insertRow();
    columns.forEach((column, place) => {
      const { field, style, name } = column;
      const cell = row.insertCell();
      cell.className = alignOf(column);
      const isMeant = fields.length ? fields.includes(name) || fields.includes(field.name) : field.type === "number";
      if (countsRows && calc === "count") cell.textContent = place ? "" : number(count);
      else if (isMeant) cell.textContent = textOf(display(reduce(field.values, calc), { ...style, mappings: [] }, { mode: "thresholds" }));
      else if (!place) cell.textContent = calcName(calc);
    });
    return foot;
  }

  fill(cell, { value, style, display: shown, hint, text, extent: ends }) {
    const kind = style.cell === "gauge" ? `${style.cellMode ?? "gradient"}-gauge` : style.cell ?? "auto";
    if (kind.includes("gauge") && typeof value === "number") {
      const span = { min: style.min ?? Math.min(0, ends.min ?? 0), max: style.max ?? ends.max ?? 100 };
      const bar = part("span", "cell-gauge");
      const label = part("span", "", text);
      label.style.color = inkOf(shown.color);
      bar.append(meter({ value, style, display: shown, hint }, span, kind), label);
      cell.append(bar);
      return;
    }
    const content = part("span", style.wrapsText ? "wrapped" : "", text);
    if (kind === "color-text") content.style.color = inkOf(shown.color);
    if (kind.startsWith("color-background") && !shown.isMissing && text !== "") {
      grounded(cell, shown.color);
    }
    if (kind === "json-view") content.className = "code";
    cell.append(content);
  }

  // Of several frames one is shown.
  choice() {
    const select = document.createElement("select");
    select.ariaLabel = say("script.panel.frame");
    this.frames.forEach((frame, index) => select.append(new Option(frame.name || frame.refId || String(index + 1), String(index))));
    select.value = String(this.chosen);
    select.addEventListener("change", () => { this.chosen = Number(select.value); this.draw(); });
    return select;
  }
}

function grounded(cell, color) {
  cell.style.backgroundColor = color;
  cell.style.color = inkOn(color);
  cell.classList.add("ground");
}

function alignOf({ style, field }) {
  if (style.align && style.align !== "auto") return `align-${style.align}`;
  return field.type === "number" ? "align-right" : "align-left";
}
