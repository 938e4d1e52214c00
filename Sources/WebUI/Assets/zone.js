// The server makes pages in the browser's own time zone, which it knows from a cookie; it is told once, and when it changes.
import { say } from "./say.js";

const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
const cookie = `zone=${encodeURIComponent(name)}`;
const isTold = () => document.cookie.split("; ").includes(cookie);
if (name && !isTold()) {
  document.cookie = `${cookie}; path=/; max-age=31536000; samesite=lax`;
  // The page was made for another zone. Where cookies are refused it stays as it is, and says for which.
  if (isTold()) location.reload();
}

// In a form one either chooses a span or types moments: the one that came last is meant.
for (const form of document.querySelectorAll("form:has(input.moment)")) {
  const choice = form.querySelector("select[name=since], select[name=from]");
  const fields = [...form.querySelectorAll("input.moment")];
  choice?.addEventListener("change", () => { if (choice.value) for (const field of fields) field.value = ""; });
  for (const field of fields) {
    field.addEventListener("input", () => { if (choice) choice.value = ""; });
    addPicker(field);
  }
}

// A calendar beside the field, for who would rather point than write.
function addPicker(field) {
  const picker = document.createElement("input");
  if (!picker.showPicker) return;
  picker.type = "datetime-local";
  picker.step = 1;
  picker.className = "picker";
  picker.tabIndex = -1;
  picker.setAttribute("aria-hidden", "true");
  picker.addEventListener("input", () => {
    field.value = picker.value.replace("T", " ");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pick";
  button.textContent = "▾";
  button.setAttribute("aria-label", say("script.pick"));
  button.title = say("script.pick");
  button.addEventListener("click", () => picker.showPicker());
  field.after(button, picker);
}
