// The histogram: drag over a part of it to see that part; arrow keys go from column to column.
import { dated } from "./say.js";
import { local } from "./times.js";

const leastDrag = 5;

export function start() {
  const svg = document.querySelector(".histogram svg");
  const columns = svg ? [...svg.querySelectorAll("a")] : [];
  if (!columns.length) return;
  label(columns);
  walk(columns);
  drag(svg, columns);
}

function label(columns) {
  for (const column of columns) {
    const [from, to] = [column.dataset.start, column.dataset.end].map((time) => dated(local(time)));
    const words = `${from} – ${to}: ${column.dataset.words}`;
    column.querySelector("title").textContent = words;
    column.setAttribute("aria-label", words);
  }
}

// One stop of the tab key for all columns.
function walk(columns) {
  columns.forEach((column, place) => column.setAttribute("tabindex", place === 0 ? "0" : "-1"));
  columns.forEach((column, place) => column.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const next = step && columns[place + step];
    if (!next) return;
    event.preventDefault();
    column.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }));
}

function drag(svg, columns) {
  const chosen = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  chosen.setAttribute("class", "chosen");
  let from = null;
  let isDragging = false;
  const box = () => svg.getBoundingClientRect();
  const place = (x) => {
    const { left, width } = box();
    return Math.max(0, Math.min(columns.length - 1, Math.floor((x - left) / width * columns.length)));
  };
  const span = (x) => [Math.min(place(from), place(x)), Math.max(place(from), place(x))];
  const stop = () => {
    from = null;
    chosen.remove();
  };
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    from = event.clientX;
    isDragging = false;
  });
  svg.addEventListener("pointermove", (event) => {
    if (from === null) return;
    if (!isDragging && Math.abs(event.clientX - from) < leastDrag) return;
    if (!isDragging) {
      isDragging = true;
      svg.setPointerCapture(event.pointerId);
      svg.append(chosen);
    }
    const [first, last] = span(event.clientX);
    chosen.setAttribute("x", first * 10);
    chosen.setAttribute("width", (last - first + 1) * 10);
    chosen.setAttribute("y", 0);
    chosen.setAttribute("height", 100);
  });
  svg.addEventListener("pointerup", (event) => {
    if (from === null || !isDragging) { stop(); return; }
    const [first, last] = span(event.clientX);
    stop();
    const address = new URL(columns[first].getAttribute("href"), location.href);
    address.searchParams.set("end", columns[last].dataset.end);
    location.assign(address);
  });
  svg.addEventListener("pointercancel", () => { isDragging = false; stop(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && from !== null) { isDragging = true; stop(); }
  });
  // The end of a drag is no click on a column.
  svg.addEventListener("click", (event) => {
    if (!isDragging) return;
    isDragging = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);
}
