// A screen that nobody sits at comes back to its wall: who looked at something else from there may have gone.
const wait = Number(sessionStorage.getItem("wall-minutes") || 5) * 60000;
const start = sessionStorage.getItem("wall");
let last = Date.now();
for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"]) {
  addEventListener(kind, () => { last = Date.now(); }, { passive: true, capture: true });
}
setInterval(() => {
  if (Date.now() - last < wait || sessionStorage.getItem("wall") === null) return;
  last = Date.now();
  if (location.pathname + location.search !== start) location.assign(start);
  else scrollTo(0, 0);
}, 1000);
