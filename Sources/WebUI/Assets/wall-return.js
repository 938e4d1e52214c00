// A screen that nobody sits at comes back to its wall: who looked at something else from there may have gone.
const wait = Number(sessionStorage.getItem("wall-minutes") || 5) * 60000;
const start = sessionStorage.getItem("wall");
let last = Date.now();
for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"]) {
  addEventListener(kind, () => { last = Date.now(); }, { passive: true, capture: true });
}
setInterval(async () => {
  if (Date.now() - last < wait || sessionStorage.getItem("wall") === null) return;
  last = Date.now();
  if (location.pathname + location.search === start) { scrollTo(0, 0); return; }
  // From a browser's own page of errors nothing comes back.
  try {
    if ((await fetch(start, { method: "HEAD", signal: AbortSignal.timeout(6000) })).ok) location.assign(start);
  } catch { /* the next turn tries again */ }
}, 1000);
