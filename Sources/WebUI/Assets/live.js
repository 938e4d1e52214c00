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

// An element as the server wrote it, without what happened to it since.
function plain(element) {
  const copy = element.cloneNode(true);
  copy.removeAttribute("open");
  copy.classList.remove("changed");
  if (!copy.className) copy.removeAttribute("class");
  return copy;
}

function withoutItems(element) {
  const copy = plain(element);
  for (const item of copy.querySelectorAll("[data-item]")) item.remove();
  return copy.outerHTML;
}

function replace(old, part) {
  const inner = [...part.querySelectorAll("[data-item]")];
  const sameItems = inner.length && inner.map((e) => e.dataset.item).join() ===
    [...old.querySelectorAll("[data-item]")].map((e) => e.dataset.item).join();
  if (!sameItems || withoutItems(old) !== withoutItems(part)) {
    // The part itself stays: it may have been scrolled, or have the focus.
    for (const { name, value } of part.attributes) old.setAttribute(name, value);
    old.replaceChildren(...document.importNode(part, true).childNodes);
    return;
  }
  for (const item of inner) {
    const before = old.querySelector(`[data-item="${CSS.escape(item.dataset.item)}"]`);
    if (!before || plain(before).outerHTML === item.outerHTML) continue;
    if (before.dataset.state !== item.dataset.state) mark(before);
    const hadFocus = before.contains(document.activeElement);
    // The element itself stays, so that what is open stays open and a mark lasts its time.
    for (const { name, value } of item.attributes) if (name !== "class") before.setAttribute(name, value);
    before.className = `${item.className}${before.classList.contains("changed") ? " changed" : ""}`;
    before.replaceChildren(...document.importNode(item, true).childNodes);
    if (hadFocus) (before.matches("a") ? before : before.querySelector("a"))?.focus();
  }
}

function mark(item) {
  item.classList.add("changed");
  setTimeout(() => item.classList.remove("changed"), 3200);
}

let isAsking = false;
// A quick refresh leaves out what is dear to find, and the page keeps what it has of it.
async function refresh(isQuick = false) {
  if (isAsking || isBusy() || document.hidden) return;
  isAsking = true;
  try {
    const address = new URL(location.href);
    if (isQuick) address.searchParams.set("quick", "1");
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
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
  // A page that searches asks for itself less often than one that only shows.
  const pause = Number(live.dataset.live || 1) * 1000;
  let lastRefresh = Date.now();
  let events = null;
  const open = () => {
    if (events || document.hidden) return;
    events = new EventSource("/api/watchpost/events");
    events.addEventListener("tick", () => {
      lastSeen = Date.now();
      const isQuick = lastSeen - lastRefresh < pause - 200;
      if (isQuick && live.dataset.quick === undefined) return;
      if (!isQuick) lastRefresh = lastSeen;
      refresh(isQuick);
    });
  };
  // Browsers allow few connections to a server: pages that nobody sees keep none.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { events?.close(); events = null; } else { open(); refresh(); }
  });
  open();
  setInterval(() => {
    const age = Math.round((Date.now() - lastSeen) / 1000);
    const isLive = events?.readyState === EventSource.OPEN && age < 30;
    const text = isLive ? `live, ${age} s ago` : "no contact: what you see is old";
    // Only the loss of contact is worth interrupting who listens.
    pulse.setAttribute("aria-live", isLive ? "off" : "assertive");
    if (pulse.textContent !== text) pulse.textContent = text;
  }, 1000);
}

// A moment that is typed is meant, whatever span was chosen before.
for (const field of document.querySelectorAll("form[role=search] input[type=datetime-local]")) {
  field.addEventListener("input", () => { field.form.elements.since.value = ""; });
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
