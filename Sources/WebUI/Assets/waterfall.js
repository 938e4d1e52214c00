// The spans of a trace as a list of which only the rows that are seen exist.
import { number as written, say } from "./say.js";

const overscan = 8;
const indentMax = 24;
const svgName = "http://www.w3.org/2000/svg";

// `1.43 s`, as the server writes it.
export function span(nanoseconds) {
  const short = (number) => written(Number(number.toFixed(number < 9.995 ? 2 : number < 99.95 ? 1 : 0)));
  if (nanoseconds < 1000) return `${nanoseconds} ns`;
  if (nanoseconds < 999500) return `${short(nanoseconds / 1e3)} µs`;
  if (nanoseconds < 999500000) return `${short(nanoseconds / 1e6)} ms`;
  if (nanoseconds < 59950000000) return `${short(nanoseconds / 1e9)} s`;
  const pair = (a, b, c, d) => (c === 0 ? `${a} ${b}` : `${a} ${b} ${c} ${d}`);
  const seconds = Math.round(nanoseconds / 1e9);
  if (seconds < 3600) return pair(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 2880) return pair(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

// A trace as the server's table has it, with what follows from it.
export class TraceTable {
  constructor(table) {
    const count = table.parent.length;
    Object.assign(this, { count, services: table.services, colours: table.colours, names: table.names, kinds: table.kinds, ids: table.ids });
    this.length = Math.max(1, table.duration);
    this.parent = Int32Array.from(table.parent);
    this.service = Uint16Array.from(table.service);
    this.name = Uint32Array.from(table.name);
    this.kind = Uint8Array.from(table.kind);
    this.offset = Float64Array.from(table.offset);
    this.duration = Float64Array.from(table.durations);
    this.depth = new Int32Array(count);
    this.below = new Int32Array(count);
    for (let row = 0; row < count; row++) this.depth[row] = this.parent[row] < 0 ? 0 : this.depth[this.parent[row]] + 1;
    for (let row = count - 1; row >= 0; row--) if (this.parent[row] >= 0) this.below[this.parent[row]] += this.below[row] + 1;
    this.odd = new Uint8Array(count);
    for (const row of table.error) this.odd[row] |= 1;
    for (const row of table.orphan) this.odd[row] |= 2;
    for (const row of table.circle) this.odd[row] |= 4;
    for (const row of table.warned) this.odd[row] |= 8;
    this.critical = new Map();
    for (let place = 0; place < table.critical.length; place += 3) {
      const [row, offset, duration] = table.critical.slice(place, place + 3);
      if (!this.critical.has(row)) this.critical.set(row, []);
      this.critical.get(row).push([offset, duration]);
    }
  }

  id(row) { return this.ids.slice(row * 16, row * 16 + 16); }
}

export class Waterfall {
  constructor(body, table, { page, onChoose }) {
    Object.assign(this, { body, table, page, onChoose });
    this.closed = new Uint8Array(table.count);
    this.hits = new Set();
    this.current = 0;
    this.pool = new Map();
    this.space = document.createElement("div");
    this.space.className = "wf-space";
    this.space.setAttribute("role", "presentation");
    body.replaceChildren(this.space);
    body.classList.add("virtual");
    body.tabIndex = 0;
    this.measure();
    this.arrange();
    body.addEventListener("scroll", () => this.later(), { passive: true });
    body.addEventListener("click", (event) => this.onClick(event));
    body.addEventListener("keydown", (event) => this.onKey(event));
    new ResizeObserver(() => { this.measure(); this.arrange(); }).observe(body);
  }

  measure() { this.height = Number.parseFloat(getComputedStyle(this.body).getPropertyValue("--row")) || 24; }

  // Which rows there are, now that some are closed.
  arrange() {
    const { table, closed } = this;
    const rows = new Int32Array(table.count);
    this.place = new Int32Array(table.count).fill(-1);
    let count = 0;
    for (let row = 0; row < table.count; row += closed[row] ? table.below[row] + 1 : 1) {
      this.place[row] = count;
      rows[count++] = row;
    }
    this.rows = rows.subarray(0, count);
    this.space.style.height = `${count * this.height}px`;
    this.body.setAttribute("aria-rowcount", count);
    for (const element of this.pool.values()) element.remove();
    this.pool.clear();
    this.draw();
  }

  later() {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => { this.isDue = false; this.draw(); });
  }

  draw() {
    const first = Math.max(0, Math.floor(this.body.scrollTop / this.height) - overscan);
    const last = Math.min(this.rows.length, Math.ceil((this.body.scrollTop + this.body.clientHeight) / this.height) + overscan);
    for (const [row, element] of this.pool) {
      if (this.place[row] >= first && this.place[row] < last) continue;
      element.remove();
      this.pool.delete(row);
    }
    const fresh = document.createDocumentFragment();
    for (let place = first; place < last; place++) {
      const row = this.rows[place];
      if (this.pool.has(row)) continue;
      const element = this.element(row, place);
      this.pool.set(row, element);
      fresh.append(element);
    }
    this.space.append(fresh);
    this.mark();
  }

  mark() {
    for (const [row, element] of this.pool) {
      element.classList.toggle("hit", this.hits.has(row));
      element.classList.toggle("at", row === this.current);
      element.setAttribute("aria-selected", row === this.current);
    }
    if (this.pool.has(this.current)) this.body.setAttribute("aria-activedescendant", `row-${this.current}`);
    else this.body.removeAttribute("aria-activedescendant");
  }

  element(row, place) {
    const { table } = this;
    const line = document.createElement("div");
    line.className = "wf-row";
    line.id = `row-${row}`;
    line.setAttribute("role", "row");
    line.setAttribute("aria-level", table.depth[row] + 1);
    line.setAttribute("aria-rowindex", place + 1);
    line.style.transform = `translateY(${place * this.height}px)`;
    line.append(this.nameCell(row, line), this.barCell(row), this.timeCell(row));
    return line;
  }

  nameCell(row, line) {
    const { table } = this;
    const cell = document.createElement("span");
    cell.className = "wf-name";
    cell.setAttribute("role", "gridcell");
    const indent = document.createElementNS(svgName, "svg");
    indent.setAttribute("width", Math.min(table.depth[row], indentMax) * 12);
    indent.setAttribute("height", 1);
    indent.setAttribute("aria-hidden", "true");
    const twist = document.createElement("span");
    twist.className = "twist";
    twist.setAttribute("aria-hidden", "true");
    if (table.below[row] > 0) {
      twist.textContent = this.closed[row] ? "▸" : "▾";
      line.setAttribute("aria-expanded", !this.closed[row]);
    }
    const link = document.createElement("a");
    link.href = `${this.page}/spans/${table.id(row)}`;
    link.tabIndex = -1;
    if (table.odd[row] & 1) link.append(note("failure", `✕ ${say("script.spanError")}`), " ");
    link.append(text(table.names[table.name[row]]));
    const odd = table.odd[row] & 2 ? ` (${say("script.orphan")})` : table.odd[row] & 4 ? ` (${say("script.circle")})` : table.odd[row] & 8 ? ` (◆ ${say("script.putRight")})` : "";
    const closed = this.closed[row] ? ` ${say("script.closedBelow", { count: table.below[row] })}` : "";
    const service = note("note", odd + closed);
    service.prepend(text(table.services[table.service[row]]));
    cell.append(indent, twist, link, " ", service);
    cell.title = `${table.names[table.name[row]]} · ${table.services[table.service[row]]}`;
    return cell;
  }

  barCell(row) {
    const { table } = this;
    const cell = document.createElement("span");
    cell.className = "wf-bar";
    cell.setAttribute("role", "gridcell");
    const svg = document.createElementNS(svgName, "svg");
    svg.setAttribute("viewBox", "0 0 1000 20");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    const rect = (kind, offset, duration, y, height) => {
      const element = document.createElementNS(svgName, "rect");
      element.setAttribute("class", kind);
      element.setAttribute("x", Math.min(998.5, 1000 * offset / table.length));
      element.setAttribute("width", Math.max(1.5, 1000 * duration / table.length));
      element.setAttribute("y", y);
      element.setAttribute("height", height);
      svg.append(element);
    };
    rect(`bar c${table.colours[table.service[row]]}`, table.offset[row], table.duration[row], 5, 10);
    for (const [offset, duration] of (table.critical.get(row) ?? []).slice(0, 50)) rect("critical", offset, duration, 16, 3);
    cell.append(svg);
    cell.title = say("script.from", { offset: span(table.offset[row]) });
    return cell;
  }

  timeCell(row) {
    const cell = document.createElement("span");
    cell.className = "wf-time num";
    cell.setAttribute("role", "gridcell");
    cell.textContent = span(this.table.duration[row]);
    return cell;
  }

  // Moves to a row, and opens what is closed above it.
  go(row, { isCentred = false } = {}) {
    let isClosed = false;
    for (let above = this.table.parent[row]; above >= 0; above = this.table.parent[above]) {
      if (this.closed[above]) { this.closed[above] = 0; isClosed = true; }
    }
    this.current = row;
    if (isClosed) this.arrange();
    const top = this.place[row] * this.height;
    const { scrollTop, clientHeight } = this.body;
    if (isCentred) this.body.scrollTop = top - clientHeight / 2;
    else if (top < scrollTop) this.body.scrollTop = top;
    else if (top + this.height > scrollTop + clientHeight) this.body.scrollTop = top + this.height - clientHeight;
    this.draw();
  }

  toggle(row, isClosed = !this.closed[row]) {
    if (!this.table.below[row]) return;
    this.closed[row] = isClosed ? 1 : 0;
    this.arrange();
  }

  toggleAll(isClosed) {
    // The tops stay open: what is directly below them is what one wants to compare.
    for (let row = 0; row < this.table.count; row++) this.closed[row] = isClosed && this.table.depth[row] > 0 && this.table.below[row] ? 1 : 0;
    while (this.table.parent[this.current] >= 0 && isClosed && this.table.depth[this.current] > 1) this.current = this.table.parent[this.current];
    this.arrange();
  }

  find(rows) {
    this.hits = new Set(rows);
    this.found = rows;
    if (rows.length) this.go(rows.find((row) => row >= this.current) ?? rows[0], { isCentred: true });
    this.mark();
  }

  // The next that was found, in this direction.
  step(direction) {
    if (!this.found?.length) return;
    const behind = direction > 0 ? this.found.find((row) => row > this.current) : this.found.findLast((row) => row < this.current);
    this.go(behind ?? this.found.at(direction > 0 ? 0 : -1), { isCentred: true });
  }

  onClick(event) {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const line = event.target.closest(".wf-row");
    if (!line) return;
    const row = Number(line.id.slice(4));
    event.preventDefault();
    this.current = row;
    if (event.target.closest(".twist") && this.table.below[row]) { this.toggle(row); return; }
    this.mark();
    this.onChoose(row);
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = this.place[this.current];
    const page = Math.max(1, Math.floor(this.body.clientHeight / this.height) - 1);
    const to = (next) => this.go(this.rows[Math.max(0, Math.min(this.rows.length - 1, next))]);
    const { closed, table, current } = this;
    const acts = {
      ArrowDown: () => to(place + 1), ArrowUp: () => to(place - 1), PageDown: () => to(place + page),
      PageUp: () => to(place - page), Home: () => to(0), End: () => to(this.rows.length - 1),
      ArrowRight: () => { if (closed[current]) this.toggle(current, false); else if (table.below[current]) to(place + 1); },
      ArrowLeft: () => {
        if (table.below[current] && !closed[current]) this.toggle(current, true);
        else if (table.parent[current] >= 0) this.go(table.parent[current]);
      },
      Enter: () => this.onChoose(current), n: () => this.step(1), N: () => this.step(-1),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

function text(content) {
  const element = document.createElement("bdi");
  element.textContent = content;
  return element;
}

function note(kind, content) {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = content;
  return element;
}
