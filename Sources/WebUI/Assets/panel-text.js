// Text panels: the server has made them, and variables in them are filled in here.
import { safeAddress } from "./links.js";
import { worded } from "./panel-data.js";

export class Text {
  constructor(element, panel) {
    this.element = element;
    this.panel = panel;
    this.places = [];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (/[$[]/.test(walker.currentNode.data)) this.places.push({ node: walker.currentNode, text: walker.currentNode.data });
    this.links = [...element.querySelectorAll("a[href]")].map((link) => ({ link, url: link.getAttribute("href") })).filter(({ url }) => /\$|%24|\[\[/.test(url));
  }

  async load(range, context) {
    for (const { node, text } of this.places) node.data = worded(text, context);
    for (const { link, url } of this.links) {
      const address = safeAddress(context.text(url.replaceAll("%24", "$").replaceAll("%7B", "{").replaceAll("%7D", "}"), "glob"));
      if (address) link.href = address.href;
    }
    return 1;
  }
}
