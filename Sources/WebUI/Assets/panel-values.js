// What panels of single values share: their answers become one value a series, which each kind draws its own way.
import { part, framesFor, reach, valuesOf } from "./panel-data.js";
import { say } from "./say.js";

export class ValuesPanel {
  constructor(element, panel) {
    this.element = element;
    this.panel = panel;
    document.addEventListener("themechange", () => this.draw());
  }

  async load(range, context) {
    const frames = await framesFor(this.panel, range, context, this.element.clientWidth || 300);
    this.context = context;
    this.values = this.chosen(valuesOf(this.panel, frames, context, this.colorMode));
    this.draw();
    return this.values.length;
  }

  // The values that are drawn, in their order.
  chosen(values) { return values; }

  // The first `most` of them by `make`, and how many more there are.
  fill(most, make) {
    this.element.replaceChildren(...this.values.slice(0, most).map(make));
    if (this.values.length > most) this.element.append(part("p", "rest note", say("script.andMore", { count: this.values.length - most })));
    reach(this.element);
  }
}
