// Queries and colours: what charts and panels share.
import { say } from "./say.js";

export { colorOf, css, paintOf } from "./colors.js";
export { legendText } from "./frames.js";

// How often the server was asked, so that a page of many panels can spare it.
export const asked = { count: 0 };

// The data of an answer of the API.
// - fields: by their names, or as pairs where a name comes again.
export async function ask(path, fields, signal) {
  asked.count += 1;
  const isLong = /^\/api\/v1\/(query|query_range|query_exemplars)$/.test(path);
  const body = new URLSearchParams(Array.isArray(fields) ? fields : Object.entries(fields ?? {}));
  const answer = await (isLong ? fetch(path, { method: "POST", body, signal }) : fetch(`${path}?${body}`, { signal })).catch((error) => {
    throw signal?.aborted ? error : new Error(say("script.unreached"));
  });
  const json = await answer.json().catch(() => ({}));
  if (json.status !== "success") throw new Error(json.error ?? say("script.answered", { status: answer.status }));
  return json.data;
}

// A camera keeps its colour in every chart; within a chart no two of the first eight series have the same.
export function colorsOf(series) {
  const used = new Set();
  return series.map((s, index) => {
    let slot = preferredSlot(s.metric, index);
    for (let tries = 0; used.has(slot) && tries < 8; tries += 1) slot = (slot + 1) % 8;
    used.add(slot);
    return `--s${slot + 1}`;
  });
}

function preferredSlot(metric, index) {
  const camera = metric.camera_id;
  if (!camera) return index % 8;
  const number = /(\d+)\s*$/.exec(camera);
  if (number) return (((Number(number[1]) - 1) % 8) + 8) % 8;
  return [...camera].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) >>> 0, 7) % 8;
}
