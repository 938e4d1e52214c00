// Life for the pages: the server renders each page; when something changed, the page asks for itself again and
// puts in the parts that differ. A part is an element with data-key; nothing else moves.
const live = document.querySelector("main[data-live]");
const pulse = document.querySelector(".pulse");
let lastSeen = Date.now();

function isBusy() {
  const active = document.activeElement;
  return active && active.closest("[data-key] form");
}

function patch(current, fresh) {
  const now = new Map([...current.querySelectorAll("[data-key]")].map((e) => [e.dataset.key, e]));
  for (const part of fresh.querySelectorAll("[data-key]")) {
    if (part.parentElement.closest("[data-key]")) continue;
    const old = now.get(part.dataset.key);
    if (!old || old.innerHTML === part.innerHTML && old.className === part.className) continue;
    replace(old, part);
  }
}

function replace(old, part) {
  const inner = [...part.querySelectorAll("[data-item]")];
  const sameItems = inner.length && inner.map((e) => e.dataset.item).join() ===
    [...old.querySelectorAll("[data-item]")].map((e) => e.dataset.item).join();
  if (!sameItems) { old.replaceWith(document.importNode(part, true)); return; }
  for (const item of inner) {
    const before = old.querySelector(`[data-item="${CSS.escape(item.dataset.item)}"]`);
    if (!before || before.outerHTML === item.outerHTML) continue;
    const after = document.importNode(item, true);
    if (before.dataset.state !== after.dataset.state) after.classList.add("changed");
    const hadFocus = before.contains(document.activeElement);
    before.replaceWith(after);
    if (hadFocus) (after.matches("a") ? after : after.querySelector("a"))?.focus();
  }
}

let isAsking = false;
async function refresh() {
  if (isAsking || isBusy() || document.hidden) return;
  isAsking = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      patch(document.querySelector("main"), fresh.querySelector("main"));
      document.title = fresh.title;
    }
  } finally { isAsking = false; }
}

// A page that shows another time now has other logs, too.
document.addEventListener("rangechange", () => { if (live) refresh(); });

if (live) {
  const events = new EventSource("/api/watchpost/events");
  events.addEventListener("overview", () => { lastSeen = Date.now(); refresh(); });
  setInterval(() => {
    const age = Math.round((Date.now() - lastSeen) / 1000);
    const isOpen = events.readyState === EventSource.OPEN;
    if (isOpen && age < 30) pulse.textContent = `live, ${age} s ago`;
    else pulse.textContent = isOpen ? `quiet for ${age} s` : `no contact for ${age} s: what you see is old`;
  }, 1000);
}

const themes = ["auto", "light", "dark"];
const themeButton = document.querySelector("button.theme");
function applyTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  if (themeButton) themeButton.textContent = `theme: ${theme}`;
}
let theme = localStorage.getItem("theme") ?? "auto";
applyTheme(theme);
themeButton?.addEventListener("click", () => {
  theme = themes[(themes.indexOf(theme) + 1) % themes.length];
  localStorage.setItem("theme", theme);
  applyTheme(theme);
  document.dispatchEvent(new Event("themechange"));
});

for (const form of document.querySelectorAll("form[data-post]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = JSON.stringify(Object.fromEntries(new FormData(form)));
    const answer = await fetch(form.dataset.post, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    form.querySelector("output").textContent = answer.ok ? "done" : (await answer.json()).error ?? `status ${answer.status}`;
  });
}
