// The search of traces: it can be read without this; with it the scatter is dragged over to zoom.

const leastDrag = 5;

function drag(svg) {
  const from = Number(svg.dataset.start);
  const length = Number(svg.dataset.end) - from;
  const chosen = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  chosen.setAttribute("class", "chosen");
  chosen.setAttribute("y", 0);
  chosen.setAttribute("height", 100);
  let begin = null;
  let isDragging = false;
  const place = (x) => {
    const { left, width } = svg.getBoundingClientRect();
    return Math.max(0, Math.min(1, (x - left) / width));
  };
  const stop = () => { begin = null; chosen.remove(); };
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    begin = event.clientX;
    isDragging = false;
  });
  svg.addEventListener("pointermove", (event) => {
    if (begin === null || !isDragging && Math.abs(event.clientX - begin) < leastDrag) return;
    if (!isDragging) {
      isDragging = true;
      svg.setPointerCapture(event.pointerId);
      svg.append(chosen);
    }
    const [first, last] = [place(begin), place(event.clientX)].sort((a, b) => a - b);
    chosen.setAttribute("x", first * 1000);
    chosen.setAttribute("width", Math.max(1, (last - first) * 1000));
  });
  svg.addEventListener("pointerup", (event) => {
    if (begin === null || !isDragging) { stop(); return; }
    const [first, last] = [place(begin), place(event.clientX)].sort((a, b) => a - b);
    stop();
    const address = new URL(location.href);
    for (const name of ["since", "cursor"]) address.searchParams.delete(name);
    address.searchParams.set("start", Math.floor(from + first * length));
    address.searchParams.set("end", Math.ceil(from + last * length));
    location.assign(address);
  });
  svg.addEventListener("pointercancel", () => { isDragging = false; stop(); });
  // The end of a drag is no click on a point.
  svg.addEventListener("click", (event) => {
    if (!isDragging) return;
    isDragging = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);
}

const scatter = document.querySelector(".scatter svg");
if (scatter) drag(scatter);
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector(".traces-form [type=search]");
  if (!box || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  box.focus();
  box.select();
});
