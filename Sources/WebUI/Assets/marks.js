// Moments that are marked on all charts: the file's annotations, alerts that fired, and restarts.
import { ask } from "./series.js";
import { legendText } from "./frames.js";
import { say } from "./say.js";
import { spanOf } from "./variables.js";

// More of one kind would be no marks any longer.
const regionsMax = 200;

// An alert of the severity "none", as the one that always fires, tells of no fault.
const own = () => [
  { name: say("script.marks.alerts"), expr: 'ALERTS{alertstate="firing",severity!="none"}', color: "red", isOn: true, title: "{{alertname}}", isStrip: true },
  { name: say("script.marks.restarts"), expr: "changes(process_start_time_seconds[$__rate_interval]) > 0", color: "purple", isOn: true, title: "{{job}} {{instance}}", isStart: true },
];

export class Marks {
  constructor(list, variables) {
    this.variables = variables;
    this.list = [...list, ...own()].map((one) => ({ ...one, regions: [] }));
  }

  // A switch for each kind.
  show(form, changed) {
    for (const one of this.list) {
      if (one.isHidden) continue;
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = one.isOn;
      box.addEventListener("change", () => { one.isOn = box.checked; changed(); });
      const label = document.createElement("label");
      label.className = "mark-switch";
      label.append(box, ` ${one.name}`);
      form.append(label);
    }
  }

  // What is marked on a panel's chart.
  of({ id }) {
    const isMeant = ({ isOn, panelIds, isExcept }) => isOn && (!panelIds || panelIds.includes(id) !== Boolean(isExcept));
    return this.list.filter(isMeant).flatMap((one) => one.regions);
  }

  // What cannot be had is not marked; the charts are there without it.
  async load(range, signal) {
    await Promise.all(this.list.filter((one) => one.isOn).map(async (one) => {
      const own = spanOf(this.variables.text(one.step ?? "", "raw")) / 1000;
      const step = Math.max(1, Math.ceil((range.end - range.start) / 500), Number.isNaN(own) ? 0 : Math.min(own, (range.end - range.start) / 10));
      const grid = { start: Math.floor(range.start / step) * step, end: Math.floor(range.end / step) * step };
      try {
        const data = await ask("/api/v1/query_range", { query: this.variables.promql(one.expr, { step }), ...grid, step }, signal);
        one.regions = data.result.flatMap((series) => regions(one, series, step)).slice(0, regionsMax);
      } catch (error) { if (!signal?.aborted) console.warn(one.name, error); }
    }));
  }
}

// Values that are not zero, one after the other, are one region.
function regions(one, { metric, values }, step) {
  const found = [];
  const words = (text) => text ? legendText(text, metric, "").trim() : "";
  const text = [one.name, words(one.title), words(one.text)].filter(Boolean).join(": ");
  // The values themselves are moments, in milliseconds or in seconds.
  if (one.usesValue) {
    const moments = [...new Set(values.map(([, value]) => Number(value)))].filter((value) => value > 0).map((value) => value > 1e11 ? value / 1000 : value);
    return moments.map((moment) => ({ start: moment, end: moment, color: one.color, text }));
  }
  for (const [time, value] of values) {
    if (!Number(value)) continue;
    const last = found.at(-1);
    if (last && time - last.end <= step * 1.5) last.end = time;
    else found.push({ start: time, end: time, color: one.color, text, isStrip: one.isStrip });
  }
  return one.isStart ? found.map((region) => ({ ...region, end: region.start })) : found;
}
