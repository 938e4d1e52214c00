// Sizes that come from data: the content policy allows no inline styles.
function apply() {
  for (const bar of document.querySelectorAll("[data-width]")) bar.style.width = `${bar.dataset.width}%`;
  for (const panel of document.querySelectorAll("[data-w]")) {
    panel.style.setProperty("--w", panel.dataset.w);
    panel.style.setProperty("--h", panel.dataset.h);
  }
}
apply();
new MutationObserver(apply).observe(document.querySelector("main"), {
  childList: true, subtree: true, attributes: true, attributeFilter: ["data-width", "data-w", "data-h"],
});
