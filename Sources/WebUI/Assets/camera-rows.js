// A long list of which only the rows exist that are in sight: where each stands, and how it is drawn.
import { number, say, span } from "./say.js";

// As CameraState has them, worst first: name in answers of the server, style, shape.
export const states = [
  ["Offline", "offline", "✕"], ["Stalled", "stalled", "◐"], ["Not recording", "not-recording", "▲"],
  ["Degraded", "degraded", "◆"], ["Unknown", "unknown", "○"], ["Online", "online", "●"],
];
// How the reader's language calls a state.
export const wordOf = (state) => say(`camera.state.${states[state][1]}`);
const overscan = 400;
const headHeight = 40;

function rate(bits) {
  if (bits === null) return "–";
  const units = ["b/s", "kb/s", "Mb/s", "Gb/s"];
  let unit = 0;
  while (bits >= 1000 && unit < units.length - 1) { bits /= 1000; unit += 1; }
  return `${number(bits.toFixed(bits >= 100 || unit === 0 ? 0 : 1))} ${units[unit]}`;
}

function frames(fps, expected) {
  if (fps === null) return "–";
  return expected > 0 && fps < 0.9 * expected
    ? say("script.cameras.fpsExpected", { fps: number(fps.toFixed(1)), expected }) : say("script.cameras.fps", { fps: number(fps.toFixed(1)) });
}

function put(element, text) { if (element.textContent !== text) element.textContent = text; }

export class CameraRows {
  // `box` becomes as high as the list; `cameras` are objects that the caller changes and then calls `update`.
  constructor(box) {
    this.box = box;
    this.pool = new Map();
    this.lines = [];
    this.order = [];
    this.current = 0;
    this.box.classList.add("drawn");
    addEventListener("scroll", () => this.later(), { passive: true });
    new ResizeObserver(() => { if (this.box.clientWidth !== this.width) this.arrange(this.groups); }).observe(box);
    box.addEventListener("keydown", (event) => this.onKey(event));
    box.addEventListener("focusin", (event) => {
      const row = event.target.closest("[data-camera]");
      if (row) this.choose(this.order.indexOf(row.camera), false);
    });
  }

  // Where everything stands: a head for each group that has one, and its cameras in rows below it.
  arrange(groups) {
    if (!groups) return;
    const style = getComputedStyle(this.box);
    const number = (name, otherwise) => Number.parseFloat(style.getPropertyValue(name)) || otherwise;
    this.groups = groups;
    this.width = this.box.clientWidth;
    const gap = number("--gap", 0);
    const least = Math.min(number("--tile-width", 230), this.width);
    this.columns = Math.max(1, Math.floor((this.width + gap) / (least + gap)));
    this.tileWidth = (this.width - gap * (this.columns - 1)) / this.columns;
    this.tileHeight = number("--tile-height", 96);
    const pitch = this.tileHeight + gap;
    this.lines = [];
    const chosen = this.order[this.current];
    this.order = [];
    let top = 0;
    for (const { name, text, cameras } of groups) {
      if (text) {
        this.lines.push({ top, height: headHeight, head: `group ${name}`, text });
        top += headHeight;
      }
      for (let first = 0; first < cameras.length; first += this.columns) {
        this.lines.push({ top, height: pitch, cameras: cameras.slice(first, first + this.columns), first: this.order.length + first });
        top += pitch;
      }
      this.order = this.order.concat(cameras);
    }
    this.current = Math.max(0, this.order.indexOf(chosen));
    this.box.style.height = `${Math.max(top, 1)}px`;
    this.draw();
  }

  later() {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => { this.isDue = false; this.draw(); });
  }

  // The places of the list between two heights, as the window shows them.
  sight(more = 0) {
    const top = -this.box.getBoundingClientRect().top;
    return [top - more, top + innerHeight + more];
  }

  linesIn([top, bottom]) {
    let [low, high] = [0, this.lines.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.lines[middle].top + this.lines[middle].height < top) low = middle + 1; else high = middle;
    }
    const found = [];
    for (let line = low; line < this.lines.length && this.lines[line].top <= bottom; line++) found.push(this.lines[line]);
    return found;
  }

  inSight() { return this.linesIn(this.sight()).flatMap((line) => line.cameras ?? []); }

  draw() {
    const wanted = new Map();
    for (const line of this.linesIn(this.sight(overscan))) {
      if (line.head) wanted.set(line.head, { line });
      else line.cameras.forEach((camera, column) => wanted.set(camera, { line, column }));
    }
    for (const [key, element] of this.pool) {
      // What has the focus stays, wherever it is.
      if (wanted.has(key) || element.contains(document.activeElement) && this.order.includes(key)) continue;
      element.remove();
      this.pool.delete(key);
    }
    // Backwards, so that each new one finds its place before the next: who listens hears them in their order.
    let next = null;
    for (const [key, { line, column = 0 }] of [...wanted].reverse()) {
      let element = this.pool.get(key);
      if (!element) {
        element = line.head ? head() : row(key);
        this.pool.set(key, element);
        this.box.insertBefore(element, next);
      }
      next = element;
      const place = `translate(${Math.round(column * (this.width + this.gapOf()) / this.columns)}px, ${line.top}px)`;
      if (element.style.transform !== place) element.style.transform = place;
      if (line.head) { put(element.firstChild, line.text); continue; }
      element.style.width = `${this.tileWidth}px`;
      element.style.height = `${this.tileHeight}px`;
      element.setAttribute("aria-posinset", line.first + column + 1);
      element.setAttribute("aria-setsize", this.order.length);
      element.firstChild.tabIndex = key === this.order[this.current] ? 0 : -1;
      show(element, key);
    }
    this.onDraw?.();
  }

  gapOf() { return this.columns > 1 ? (this.width - this.tileWidth * this.columns) / (this.columns - 1) : 0; }

  // What became of a camera shows where it is drawn.
  update(camera) {
    const element = this.pool.get(camera);
    if (element) show(element, camera);
  }

  choose(place, isFocused = true) {
    if (place < 0 || !this.order.length) return;
    const before = this.pool.get(this.order[this.current]);
    if (before) before.firstChild.tabIndex = -1;
    this.current = Math.min(place, this.order.length - 1);
    const camera = this.order[this.current];
    if (isFocused) {
      const line = this.lines.find((line) => line.cameras?.includes(camera));
      const [top, bottom] = this.sight();
      const head = document.querySelector("header.bar")?.offsetHeight ?? 0;
      if (line.top - 8 < top + head) scrollBy(0, line.top - 8 - top - head);
      else if (line.top + line.height > bottom) scrollBy(0, line.top + line.height - bottom);
      this.draw();
    }
    const element = this.pool.get(camera);
    if (!element) return;
    element.firstChild.tabIndex = 0;
    if (isFocused) element.firstChild.focus({ preventScroll: true });
  }

  onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !event.target.closest("[data-camera]")) return;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns }[event.key];
    const place = event.key === "Home" ? 0 : event.key === "End" ? this.order.length - 1
      : step !== undefined ? this.current + step : null;
    if (place === null) return;
    event.preventDefault();
    this.choose(Math.max(0, Math.min(place, this.order.length - 1)));
  }
}

function head() {
  const element = document.createElement("div");
  element.className = "head";
  element.setAttribute("role", "listitem");
  const heading = document.createElement("h3");
  // Where the list is a page of its own it stands right below the page's heading.
  if (document.querySelector("h1#cameras-title")) heading.setAttribute("aria-level", "2");
  element.append(heading);
  return element;
}

const parts = ["id", "state", "node", "fps", "rate", "frame", "rec", "why"];

function row(camera) {
  const element = document.createElement("div");
  element.setAttribute("role", "listitem");
  element.camera = camera;
  element.dataset.item = element.dataset.camera = camera.key;
  const link = document.createElement("a");
  link.className = "tile";
  link.href = camera.link;
  for (const name of parts) {
    const part = document.createElement("span");
    part.className = name;
    link.append(part);
  }
  element.append(link);
  return element;
}

function show(element, camera) {
  const [name, style, shape] = states[camera.state];
  const word = wordOf(camera.state);
  const link = element.firstChild;
  const [id, state, node, fps, bits, frame, recorded, why] = link.children;
  const numbers = camera.numbers;
  if (element.dataset.state !== name) {
    if (element.dataset.state) {
      element.classList.add("changed");
      setTimeout(() => element.classList.remove("changed"), 3200);
    }
    element.dataset.state = name;
    link.className = `tile ${style}`;
    state.className = `state ${style}`;
    delete state.dataset.was;
  }
  put(id, camera.id);
  id.title = camera.node ? `${camera.id} · ${camera.node}` : camera.id;
  // While there is no contact, the state is one of then: live.js writes its age before it.
  if (document.documentElement.dataset.contact !== "lost") {
    delete state.dataset.was;
    put(state, `${word} ${shape}`);
  } else if (state.dataset.was === undefined && !state.textContent) put(state, `${word} ${shape}`);
  put(node, camera.node);
  const reason = camera.reason || numbers?.picture || "";
  put(why, reason);
  why.title = reason;
  if (!numbers) return;
  const gone = Math.max(0, Math.round((Date.now() - numbers.at) / 1000));
  put(fps, frames(numbers.fps, numbers.expected));
  put(bits, rate(numbers.rate));
  put(frame, numbers.frame === null ? "–" : say("script.cameras.seen", { age: span(numbers.frame + gone) }));
  frame.className = numbers.frame !== null && numbers.frame + gone > 10 ? "frame stale" : "frame";
  put(recorded, numbers.recorded === null ? "–" : say("script.cameras.recorded", { age: span(numbers.recorded + gone) }));
  recorded.dataset.recorded = numbers.recorded ?? "";
}
