// Sizes and places that come from data: the content policy allows no inline styles.
const places = { x: "--x", y: "--y", w: "--w", h: "--h" };
function apply() {
  for (const bar of document.querySelectorAll("[data-width]")) bar.style.width = `${bar.dataset.width}%`;
  for (const panel of document.querySelectorAll("[data-w]")) {
    for (const [name, property] of Object.entries(places)) {
      if (panel.dataset[name] !== undefined && panel.style.getPropertyValue(property) !== panel.dataset[name]) panel.style.setProperty(property, panel.dataset[name]);
    }
  }
}
apply();
new MutationObserver(apply).observe(document.querySelector("main"), {
  childList: true, subtree: true, attributes: true, attributeFilter: ["data-width", "data-x", "data-y", "data-w", "data-h"],
});
