import { say } from "./say.js";

// The import of searches: a file that is chosen is put where one can also paste it.
const form = document.querySelector("form.import");
const label = form?.querySelector(".file");
if (label) {
  label.hidden = false;
  label.querySelector("input").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    // The server says how much it takes; a browser need not read a film.
    form.elements.json.value = file.size > 1048576 ? "" : await file.text();
    event.target.setCustomValidity(file.size > 1048576 ? say("script.longFile") : "");
    event.target.reportValidity();
  });
}
