// A camera's page: the bands are dragged over to zoom, as charts are, and its last picture is shown where it is asked for.
import "./dashboard.js";
import { dated, say } from "./say.js";
import { local, offsetText } from "./times.js";

const leastDrag = 5;

// The lanes are put in anew when something changed: the page listens for all of them.
let drag = null;

function share(box, x) { return Math.min(1, Math.max(0, (x - box.left) / box.width)); }

document.addEventListener("pointerdown", (event) => {
  const lane = event.target.closest?.(".camera-band .lane");
  if (!lane || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const lanes = lane.closest(".lanes");
  drag = {
    box: lane.getBoundingClientRect(), begin: event.clientX, isMoved: false, figure: lane.closest("figure"),
    start: Number(lanes.dataset.start), end: Number(lanes.dataset.end),
  };
});
document.addEventListener("pointermove", (event) => {
  if (!drag || !drag.isMoved && Math.abs(event.clientX - drag.begin) < leastDrag) return;
  drag.isMoved = true;
  if (!drag.mark) {
    drag.mark = document.createElement("div");
    drag.mark.className = "band-chosen";
    drag.figure.append(drag.mark);
  }
  const from = Math.min(drag.begin, event.clientX), to = Math.max(drag.begin, event.clientX);
  const left = drag.box.left + share(drag.box, from) * drag.box.width;
  const right = drag.box.left + share(drag.box, to) * drag.box.width;
  drag.mark.style.left = `${left - drag.figure.getBoundingClientRect().left}px`;
  drag.mark.style.width = `${right - left}px`;
});
function end(event) {
  const done = drag;
  drag = null;
  done?.mark?.remove();
  if (!done?.isMoved || event.type === "pointercancel") return;
  const [first, last] = [share(done.box, done.begin), share(done.box, event.clientX)].sort((a, b) => a - b);
  const length = done.end - done.start;
  if ((last - first) * length < 1000) return;
  const detail = { start: (done.start + first * length) / 1000, end: (done.start + last * length) / 1000 };
  document.dispatchEvent(new CustomEvent("zoom", { detail }));
}
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", end);

// The lengths of time say which of them is shown, also after another one was chosen below them.
function markSpan() {
  const { searchParams: shown } = new URL(location.href);
  for (const link of document.querySelectorAll(".band-spans a")) {
    const { searchParams: wanted } = new URL(link.href);
    const isShown = wanted.get("from") === shown.get("from") && (shown.get("to") ?? "now") === "now";
    if (isShown) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  }
}
document.addEventListener("rangechange", markSpan);

const button = document.querySelector("a[data-picture]");
button?.addEventListener("click", async (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const place = button.closest(".camera-picture");
  const status = place.querySelector("[role=status]"), figure = place.querySelector("figure");
  status.textContent = say("script.pictureLoading");
  try {
    const answer = await fetch(button.href, { signal: AbortSignal.timeout(20000) });
    if (!answer.ok) { status.textContent = await answer.text(); figure.hidden = true; return; }
    const time = Date.parse(answer.headers.get("Picture-Time"));
    const words = say("script.picture", { camera: button.dataset.picture, time: `${dated(local(time).slice(0, 19))} ${offsetText(time)}` });
    const image = figure.querySelector("img"), caption = figure.querySelector("figcaption");
    image.src = await dataOf(await answer.blob());
    image.alt = words;
    caption.textContent = words;
    caption.title = `${dated(new Date(time).toISOString().replace("T", " ").slice(0, 19))} UTC`;
    figure.hidden = false;
    status.textContent = "";
  } catch { status.textContent = say("script.pictureLost"); }
});

// The policy of the pages takes pictures from here and from data alone.
function dataOf(blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result));
    reader.addEventListener("error", failed);
    reader.readAsDataURL(blob);
  });
}
