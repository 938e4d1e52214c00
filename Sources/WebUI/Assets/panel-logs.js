// Log events that a query of our own search finds in the time shown.
import { part, reach } from "./panel-data.js";
import { say } from "./say.js";
import { local } from "./times.js";

const most = 200;
// Longer lines are read on the page of logs.
const letters = 2000;

// What a terminal would obey is shown as what it is.
const visible = (text) => text.replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, (c) => c === "\u001B" ? "⟨ESC⟩" : `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

export class Logs {
  constructor(element, panel) {
    this.element = element;
    this.panel = panel;
  }

  async load(range, context) {
    const query = context.text(this.panel.options?.logQuery ?? "", "lucene");
    const time = { start: Math.round(range.start * 1000), end: Math.round(range.end * 1000) };
    const wanted = new URLSearchParams({ query, ...time, limit: Math.min(most, this.panel.options?.limit ?? most) });
    const answer = await fetch(`/api/watchpost/logs?${wanted}`, { signal: context.signal });
    const page = await answer.json();
    if (!answer.ok) throw new Error(page.error ?? say("script.answered", { status: answer.status }));
    this.element.className = "body log-lines";
    const table = part("table", "events");
    const body = table.createTBody();
    for (const event of page.events) body.append(this.row(event));
    const link = part("a", "", say("script.panel.allLogs"));
    link.href = `/logs?${new URLSearchParams({ query, ...time })}`;
    const rest = part("p", "note rest");
    rest.append(link);
    this.element.replaceChildren(table, rest);
    reach(this.element);
    return page.events.length;
  }

  row({ timestamp, level, component, camera, message }) {
    const row = document.createElement("tr");
    if (level) row.className = `level-${level.toUpperCase()}`;
    const moment = part("time", "", local(timestamp).slice(0, 23));
    moment.dateTime = new Date(timestamp).toISOString();
    moment.title = moment.dateTime;
    const cells = [moment, part("span", "", visible(level)), part("span", "", visible([component, camera].filter(Boolean).join(" ")))];
    const text = visible(message.slice(0, letters)) + (message.length > letters ? "…" : "");
    for (const [index, content] of [...cells, part("span", "", text)].entries()) {
      const cell = row.insertCell();
      cell.className = ["num", "value short", "value short", "message"][index];
      cell.append(content);
    }
    return row;
  }
}
