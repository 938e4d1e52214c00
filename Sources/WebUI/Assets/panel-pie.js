// A pie: each series' part of the whole, and a list that says it in numbers.
import { textOf } from "./field.js";
import { label, part, reach, svgPart } from "./panel-data.js";
import { ValuesPanel } from "./panel-values.js";
import { inkOn } from "./colors.js";
import { number, say } from "./say.js";

const most = 100;

export class Pie extends ValuesPanel {
  colorMode = "palette-classic";

  chosen(values) {
    const { pieSort = "desc" } = this.panel.options ?? {};
    const amount = ({ value }) => typeof value === "number" && Number.isFinite(value) ? value : 0;
    const order = { desc: (a, b) => amount(b) - amount(a), asc: (a, b) => amount(a) - amount(b) }[pieSort] ?? (() => 0);
    return values.sort(order);
  }

  draw() {
    if (!this.values) return;
    const amounts = this.values.map(({ value }) => typeof value === "number" && value > 0 && Number.isFinite(value) ? value : 0);
    const total = amounts.reduce((sum, one) => sum + one, 0);
    const shares = amounts.map((amount) => total ? amount / total : 0);
    const { legend = {}, pie = "pie" } = this.panel.options ?? {};
    this.element.className = `body pie${legend.isRight ? " right" : ""}`;
    const percent = (share) => `${number((share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0))}%`;
    const svg = svgPart("svg", { viewBox: "-52 -52 104 104", role: "img" });
    svg.setAttribute("aria-label", this.values.slice(0, 12).map((one, i) => `${one.name} ${textOf(one.display)} (${percent(shares[i])})`).join(", "));
    let begin = 0;
    const { pieLabels: labels = [] } = this.panel.options ?? {};
    const wordsOf = (one, share) => [["name", one.name], ["value", textOf(one.display)], ["percent", share]].filter(([kind]) => labels.includes(kind)).map(([, text]) => text);
    const texts = [];
    this.values.forEach((one, i) => {
      const slice = sector(begin, begin + shares[i], pie === "donut" ? 28 : 0);
      begin += shares[i];
      if (!slice) return;
      slice.style.fill = one.display.color;
      slice.append(svgPart("title"));
      slice.firstChild.textContent = `${one.name} ${textOf(one.display)} (${percent(shares[i])})`;
      svg.append(slice);
      if (labels.length && shares[i] >= 0.04) texts.push(lettering(wordsOf(one, percent(shares[i])), begin - shares[i] / 2, pie === "donut" ? 39 : 32, one.display.color));
    });
    svg.append(...texts);
    this.element.replaceChildren(svg);
    if (legend.isShown === false) return;
    const list = part("ul", "pie-legend");
    const wanted = legend.calcs?.length ? legend.calcs : ["value", "percent"];
    this.values.slice(0, most).forEach((one, i) => {
      const item = part("li");
      item.style.setProperty("--c", one.display.color);
      item.append(label(one.name));
      if (wanted.includes("value")) item.append(part("span", "value", textOf(one.display)));
      if (wanted.includes("percent")) item.append(part("span", "percent", percent(shares[i])));
      list.append(item);
    });
    if (this.values.length > most) list.append(part("li", "rest", say("script.andMore", { count: this.values.length - most })));
    this.element.append(list);
    reach(list);
  }
}

// What stands on a piece, line below line.
function lettering(lines, place, radius, color) {
  const [x, y] = [radius * Math.sin(place * 2 * Math.PI), -radius * Math.cos(place * 2 * Math.PI)];
  const text = svgPart("text", { "text-anchor": "middle", class: "pie-text", "aria-hidden": "true" });
  text.style.fill = inkOn(color);
  lines.forEach((line, i) => {
    const row = svgPart("tspan", { x: x.toFixed(2), y: (y + 2.4 + (i - (lines.length - 1) / 2) * 7).toFixed(2) });
    row.textContent = line;
    text.append(row);
  });
  return text;
}

// From one part of the circle to another, clockwise from the top.
function sector(from, to, inner) {
  if (!(to > from)) return null;
  // A whole circle has no ends between which a bow could be drawn: it is two halves.
  const ring = (radius, turn) => `M0 ${-radius}A${radius} ${radius} 0 1 ${turn} 0 ${radius}A${radius} ${radius} 0 1 ${turn} 0 ${-radius}Z`;
  if (to - from > 0.9999) return svgPart("path", { d: ring(50, 1) + (inner ? ring(inner, 0) : "") });
  const place = (share, radius) => `${(radius * Math.sin(share * 2 * Math.PI)).toFixed(3)} ${(-radius * Math.cos(share * 2 * Math.PI)).toFixed(3)}`;
  const isLarge = to - from > 0.5 ? 1 : 0;
  const outer = `M${place(from, 50)}A50 50 0 ${isLarge} 1 ${place(to, 50)}`;
  const back = inner ? `L${place(to, inner)}A${inner} ${inner} 0 ${isLarge} 0 ${place(from, inner)}Z` : "L0 0Z";
  return svgPart("path", { d: outer + back });
}
