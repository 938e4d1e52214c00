// Links of a dashboard and of its panels, with its variables and its time.
import { say } from "./say.js";

// Addresses of dashboards in Grafana are those of the same ones here.
const ours = (url) => url.replace(/^\/d\/([^/?#]+)(?:\/[^?#]*)?/, "/dashboards/$1");

// An address that only leads somewhere; `null` for one that would run something.
export function safeAddress(text) {
  try {
    const url = new URL(ours(text.trim()), location.href);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url : null;
  } catch { return null; }
}

// A list of others does not lead to the page itself.
const here = () => decodeURIComponent(location.pathname.split("/").at(-1));

function link(title, url, isNew) {
  const made = document.createElement("a");
  made.href = url.href;
  made.textContent = title || url.href;
  if (isNew) { made.target = "_blank"; made.rel = "noreferrer"; }
  return made;
}

export function panelLinks(element, panel, text) {
  element.querySelector(".panel-links")?.remove();
  const links = (panel.links ?? []).flatMap(({ title, url, isNew }) => {
    const address = safeAddress(text(url));
    return address ? [link(text(title), address, isNew)] : [];
  });
  if (!links.length) return;
  const list = document.createElement("p");
  list.className = "panel-links";
  links.forEach((one, i) => list.append(i ? " " : "", one));
  element.querySelector(".title").after(list);
}

// Links above the panels; those that keep time or variables follow what is chosen.
export class BoardLinks {
  constructor(list, root, variables) {
    this.list = list;
    this.variables = variables;
    if (!list.length) return;
    this.nav = document.createElement("nav");
    this.nav.className = "board-links";
    this.nav.setAttribute("aria-label", say("script.links"));
    root.before(this.nav);
  }

  async show({ from, to }) {
    if (!this.nav) return;
    const text = (words) => this.variables.text(words);
    const with_ = (one, url) => {
      if (one.keepsTime) { url.searchParams.set("from", from); url.searchParams.set("to", to); }
      if (one.keepsVariables) this.variables.writeAddress(url.searchParams);
      return url;
    };
    if (this.list.some((one) => one.tags)) this.others ??= fetch("/api/watchpost/dashboards").then((answer) => answer.json()).catch(() => []);
    const others = await this.others ?? [];
    const made = this.list.flatMap((one) => {
      if (!one.tags) {
        const url = safeAddress(text(one.url));
        return url ? [link(text(one.title), with_(one, url), one.isNew)] : [];
      }
      const meant = others.filter((other) => other.uid !== here() && one.tags.every((tag) => other.tags?.includes(tag)));
      return meant.map((other) => link(other.title, with_(one, new URL(`/dashboards/${encodeURIComponent(other.uid)}`, location.href)), one.isNew));
    });
    this.nav.replaceChildren(...made);
  }
}
