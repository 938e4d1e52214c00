// Life for the pages: the server renders each page; when something changed, the page asks for itself again and
// puts in the parts that differ. A part is an element with data-key; nothing else moves.
const live = document.querySelector("main[data-live]");
const pulse = document.querySelector(".pulse");
// When the server was last heard of, and when what the page shows came from it.
let lastSeen = Date.now();
let lastShown = lastSeen;

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
  if (isAsking || isBusy()) return;
  isAsking = true;
  try {
    const address = new URL(location.href);
    if (isQuick || live.dataset.quick === "always") address.searchParams.set("quick", "1");
    // A server that is stopped takes the question and never answers; a search of logs may take its time.
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(patience) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    // What a proxy says instead of us, as a page to log in, is no news of ours.
    const part = fresh.querySelector("main[data-live]");
    if (!part) throw new Error("not a page of ours");
    patch(live, part);
    lastSeen = lastShown = Date.now();
    if (contact.isLost) contact.found();
    document.title = fresh.title;
  } catch {
    // Nothing came for as long as one waits in vain: a tab that nobody sees has no other way to learn it in time.
    if (document.hidden) contact.lose();
  } finally { isAsking = false; }
}

// A page that shows another time now has other logs, too.
document.addEventListener("rangechange", () => { if (live) refresh(); });

// How a page looks that no longer hears of its server: it says so in its largest letters, in its title and its icon,
// and nothing on it says that all is well. What it shows stays readable, as what was.
const contact = {
  isLost: false,
  icon: document.querySelector("link[rel=icon]"),
  iconHref: document.querySelector("link[rel=icon]")?.getAttribute("href"),
  lose() {
    this.isLost = true;
    const age = spanOf(Date.now() - lastShown);
    document.documentElement.dataset.contact = "lost";
    let banner = document.querySelector(".lost");
    if (!banner) {
      banner = document.createElement("p");
      banner.className = "lost";
      banner.setAttribute("role", "alert");
      live.prepend(banner);
      banner.textContent = "No contact with Watchpost. Nobody can see from here whether the cameras are recorded.";
    }
    const headline = live.querySelector("[data-key=headline]");
    // On the first page the headline is the judgement itself; on a camera's page it is her name.
    if (headline && location.pathname === "/") headline.querySelector("h1").textContent = `No contact for ${age}`;
    const sub = headline?.querySelector(".sub");
    if (sub) sub.textContent = `What you see is ${age} old.`;
    for (const calm of live.querySelectorAll(".calm")) calm.remove();
    for (const state of live.querySelectorAll(".state")) {
      state.dataset.was ??= state.textContent.trim();
      state.textContent = `${age} ago: ${state.dataset.was}`;
    }
    document.title = `No contact for ${age} · Watchpost`;
    if (this.icon && this.icon.getAttribute("href") !== lostIcon) this.icon.setAttribute("href", lostIcon);
  },
  found() {
    this.isLost = false;
    delete document.documentElement.dataset.contact;
    document.querySelector(".lost")?.remove();
    if (this.icon) this.icon.setAttribute("href", this.iconHref);
  },
};

// With the page, as there is nobody left to ask for it when it is wanted.
const lostIcon = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#6b7680"/>' +
  '<path d="M9 9l14 14M23 9L9 23" stroke="#fff" stroke-width="4" stroke-linecap="round"/></svg>');

function spanOf(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.floor(seconds / 60)} min` :
    seconds < 172800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;
}

// Milliseconds without news after which a page no longer believes what it shows; it looks once a second.
const silence = 7000;
// A page that searches asks for itself less often than one that only shows, and waits longer for the answer.
const pause = Number(live?.dataset.live || 1) * 1000;
const patience = pause > 1000 ? 45000 : 6000;
const hiddenPause = 20000;

if (live) {
  let lastRefresh = Date.now();
  let events = null;
  let opened = 0;
  let shownSince = Date.now();
  const close = () => { events?.close(); events = null; };
  const open = () => {
    if (events || document.hidden) return;
    opened = Date.now();
    events = new EventSource("/api/watchpost/events");
    events.addEventListener("tick", () => {
      // A tick says that the server lives. What the page shows is news only once the page itself came.
      if (pause > 1000 || isBusy()) lastSeen = Date.now();
      const isQuick = Date.now() - lastRefresh < pause - 200;
      if (isQuick && live.dataset.quick === undefined) return;
      if (!isQuick) lastRefresh = Date.now();
      refresh(isQuick);
    });
  };
  const look = () => {
    const now = Date.now();
    if (document.hidden) {
      if (now - lastRefresh >= hiddenPause) { lastRefresh = now; refresh(); }
      // A tab may sleep for a minute between two looks; by then the answer to the one before is here or never comes.
      if (contact.isLost || now - lastSeen > 60000 + patience) contact.lose();
      return;
    }
    const age = now - lastSeen;
    // A stream that was given up, or that a proxy keeps open in silence, is opened anew; the page asks meanwhile.
    if (events?.readyState === EventSource.CLOSED || age > 10000 && now - opened > 30000) close();
    open();
    if (age > 3000 && now - lastRefresh > 2000) { lastRefresh = now; refresh(); }
    // A tab that is looked at again asks first: unseen it asked seldom.
    if (age > (now - shownSince < 3000 ? hiddenPause + patience : silence)) contact.lose();
    const text = contact.isLost ? "no contact: what you see is old" : `live, ${Math.round(age / 1000)} s ago`;
    // Only the loss of contact is worth interrupting who listens.
    pulse.setAttribute("aria-live", contact.isLost ? "assertive" : "off");
    if (pulse.textContent !== text) pulse.textContent = text;
  };
  // Browsers allow few connections to a server: pages that nobody sees keep none.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { close(); return; }
    shownSince = Date.now();
    look();
    refresh();
  });
  // A page that comes back from the history or from sleep shows what was.
  addEventListener("pageshow", (event) => { if (event.persisted) { look(); refresh(); } });
  document.addEventListener("resume", () => { look(); refresh(); });
  open();
  // The clock ticks apart from the page: browsers let the timers of a page that nobody sees run once a minute.
  try {
    new Worker("/assets/clock.js").addEventListener("message", look);
  } catch { /* the timer below is enough for pages that are seen */ }
  setInterval(look, 1000);
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
