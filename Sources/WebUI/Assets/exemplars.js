// Exemplars on a chart: points that lead to the traces behind the values of a histogram.

// Points closer than this many pixels in time are one: the highest of them is what one looks for.
const gap = 8;

// The exemplars of the histograms that a panel shows; none where they cannot be had: the chart is there without them.
export async function findExemplars(panel, range, substitute, step, width) {
  const found = [];
  for (const { expr } of panel.targets) {
    if (!/_bucket\b/.test(expr)) continue;
    const query = new URLSearchParams({ query: substitute(expr, step), start: range.start, end: range.end });
    try {
      const answer = await (await fetch("/api/v1/query_exemplars", { method: "POST", body: query })).json();
      for (const { seriesLabels, exemplars } of answer.data ?? []) {
        for (const one of exemplars) {
          const trace = one.labels.trace_id ?? one.labels.traceID ?? one.labels.traceId;
          if (trace) found.push({ trace, time: Number(one.timestamp), value: Number(one.value), series: seriesLabels, isValue: /\bhistogram_quantile\b/.test(expr) });
        }
      }
    } catch (error) { console.warn(error); }
  }
  return thinned(found, range, width);
}

function thinned(found, range, width) {
  const columns = new Map();
  const seconds = Math.max(1e-3, (range.end - range.start) * gap / Math.max(1, width));
  for (const one of found) {
    const column = Math.floor(one.time / seconds);
    if (!(columns.get(column)?.value >= one.value)) columns.set(column, one);
  }
  return [...columns.values()].sort((a, b) => a.time - b.time);
}

// Puts a link on each point of the plot; the same ones stay where they are, so that a focus is not lost.
export function placeExemplars(plot, list, text) {
  const present = new Map([...plot.over.querySelectorAll(".exemplar")].map((link) => [link.dataset.key, link]));
  for (const one of list) {
    const key = `${one.trace} ${one.time} ${one.value}`;
    let link = present.get(key);
    present.delete(key);
    if (!link) {
      link = document.createElement("a");
      link.className = "exemplar";
      link.dataset.key = key;
      link.href = `/traces/${encodeURIComponent(one.trace)}`;
      link.title = text(one);
      link.setAttribute("aria-label", link.title);
      // A drag that begins here is no zoom.
      link.addEventListener("mousedown", (event) => event.stopPropagation());
      plot.over.append(link);
    }
    const { left, top } = place(plot, one);
    link.hidden = left < 0 || left > plot.over.clientWidth;
    link.style.left = `${left}px`;
    link.style.top = `${top}px`;
  }
  for (const link of present.values()) link.remove();
}

// At its own value, where the chart shows such values; else at the foot. What is beyond the scale stands at its end.
function place(plot, { time, value, isValue }) {
  const height = plot.over.clientHeight;
  const top = isValue ? plot.valToPos(value, "y") : height;
  return { left: plot.valToPos(time, "x"), top: Math.min(height, Math.max(0, Number.isFinite(top) ? top : height)) };
}
