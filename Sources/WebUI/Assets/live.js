// Life for the pages: the server renders each page; when something changed, the page asks for itself again and
// puts in the parts that differ. A part is an element with data-key; nothing else moves.
import { say, span } from "./say.js";
import * as stream from "./stream.js";

const live = document.querySelector("main[data-live]");
const pulse = document.querySelector(".pulse");
// When the server was last heard of, and when what the page shows came from it.
let lastSeen = Date.now();
let lastShown = lastSeen;

function isBusy() {
  const active = document.activeElement;
  // Rows of faults keep what is typed into them.
  return active && active.closest("[data-key] form") && !active.closest("[data-fault]");
}

// Makes the parts of the page what they are in a fresh one. What is the same in both stays: the elements, and with them
// what is scrolled, open, focused or marked.
function patch(current, fresh) {
  const place = marked();
  const focused = document.activeElement;
  const now = new Map([...current.querySelectorAll("[data-key]")].map((e) => [e.dataset.key, e]));
  for (const part of fresh.querySelectorAll("[data-key]")) {
    if (part.parentElement.closest("[data-key]")) continue;
    const old = now.get(part.dataset.key);
    // A part that a script draws is its own.
    if (old && old.dataset.own === undefined) become(old, part);
  }
  // A row that has another place now was taken out for a moment.
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
  markAgain(place);
}

// What is set on an element after the server wrote it.
const ours = new Set(["style", "open"]);

function become(old, fresh) {
  // What a script has to say there is none of the server's.
  if (old.nodeName === "OUTPUT" || old.isEqualNode(fresh)) return;
  if (old.dataset.state !== fresh.dataset.state && old.dataset.item) mark(old);
  const isMarked = old.classList.contains("changed");
  for (const { name, value } of fresh.attributes) if (!ours.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!ours.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  if (isMarked) old.classList.add("changed");
  const items = new Map();
  for (const child of old.children) if (child.dataset.item !== undefined) items.set(child.dataset.item, child);
  let next = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const item = items.get(child.dataset?.item);
    if (item && item !== next) old.insertBefore(item, next);
    const same = item ?? next;
    if (same && isAlike(same, child)) {
      next = same.nextSibling;
      if (child.nodeType === Node.ELEMENT_NODE) become(same, child);
      else if (same.data !== child.data) same.data = child.data;
    } else old.insertBefore(document.importNode(child, true), next);
  }
  while (next) {
    const rest = next.nextSibling;
    if (isTypedIn(next)) next.classList.add("over");
    else next.remove();
    next = rest;
  }
}

// Whether somebody writes in a row of a fault: it stays until they are done, though the fault is over, or in another row.
function isTypedIn(node) {
  const active = document.activeElement;
  return node.dataset?.fault !== undefined && node.contains(active) && active.nodeName === "INPUT";
}

function isAlike(old, fresh) {
  return old.nodeName === fresh.nodeName && old.dataset?.item === fresh.dataset?.item && old.id === fresh.id;
}

function marked() {
  const { isCollapsed, anchorNode, anchorOffset, focusNode, focusOffset } = getSelection();
  return isCollapsed ? null : { anchorNode, anchorOffset, focusNode, focusOffset };
}

function markAgain(place) {
  if (!place || !place.anchorNode.isConnected || !place.focusNode.isConnected) return;
  const length = (node) => node.nodeType === Node.TEXT_NODE ? node.length : node.childNodes.length;
  const selection = getSelection();
  const [anchor, focus] = [Math.min(place.anchorOffset, length(place.anchorNode)), Math.min(place.focusOffset, length(place.focusNode))];
  if (selection.anchorNode === place.anchorNode && selection.anchorOffset === anchor
    && selection.focusNode === place.focusNode && selection.focusOffset === focus) return;
  selection.setBaseAndExtent(place.anchorNode, anchor, place.focusNode, focus);
}

function mark(item) {
  item.classList.add("changed");
  setTimeout(() => item.classList.remove("changed"), 3200);
}

let isAsking = false;
// Whether the page shows another time than the one that is asked for.
let isOverdue = false;
// What the server called the page that is shown, by its address.
let known = { address: "", tag: "" };
// A quick refresh leaves out what is dear to find, and the page keeps what it has of it.
// Says whether the page is now as the server has it.
async function refresh(isQuick = false) {
  if (isAsking || isBusy()) return false;
  isAsking = true;
  try {
    const address = new URL(location.href);
    if (isQuick || live.dataset.quick === "always") address.searchParams.set("quick", "1");
    // What a script draws the server need not send.
    if (live.querySelector("[data-own]")) address.searchParams.set("rows", "0");
    const headers = { Accept: "text/html" };
    if (known.tag && known.address === address.href) headers["If-None-Match"] = known.tag;
    // A server that is stopped takes the question and never answers; a search of logs may take its time.
    const answer = await fetch(address, { headers, cache: "no-store", signal: AbortSignal.timeout(patience) });
    if (answer.status !== 304) {
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      // What a proxy says instead of us, as a page to log in, is no news of ours.
      const part = fresh.querySelector("main[data-live]");
      if (!part) throw new Error("data-live");
      if (isOverdue) return false;
      patch(live, part);
      known = { address: address.href, tag: answer.headers.get("ETag") ?? "" };
      title = fresh.title;
      // It was asked for before contact was lost: the next answer is a whole page.
    } else if (contact.isLost) return false;
    lastSeen = lastShown = Date.now();
    if (contact.isLost) contact.found();
    document.title = title;
    return true;
  } catch {
    // Nothing came for as long as one waits in vain: a tab that nobody sees has no other way to learn it in time.
    if (document.hidden) contact.lose();
    return false;
  } finally {
    isAsking = false;
    if (isOverdue) { isOverdue = false; refresh(); }
  }
}
let title = document.title;

// A page that shows another time now has other logs, too.
document.addEventListener("rangechange", () => {
  if (!live) return;
  isOverdue = isAsking;
  refresh();
});
// What was done shows.
document.addEventListener("pagechanged", () => {
  if (!live) return;
  isOverdue = isAsking;
  refresh();
});

// How a page looks that no longer hears of its server: it says so in its largest letters, in its title and its icon,
// and nothing on it says that all is well. What it shows stays readable, as what was.
const contact = {
  isLost: false,
  icon: document.querySelector("link[rel=icon]"),
  iconHref: document.querySelector("link[rel=icon]")?.getAttribute("href"),
  lose() {
    const isNew = !this.isLost;
    this.isLost = true;
    known.tag = "";
    const age = span(Math.max(0, Math.round((Date.now() - lastShown) / 1000)));
    document.documentElement.dataset.contact = "lost";
    let banner = document.querySelector(".lost");
    if (!banner) {
      banner = document.createElement("p");
      banner.className = "lost";
      banner.setAttribute("role", "alert");
      live.prepend(banner);
      banner.textContent = say("script.contact.lost");
    }
    const headline = live.querySelector("[data-key=headline]");
    // On the first page and the wall the headline is the judgement itself; on a camera's page it is her name.
    if (headline && (location.pathname === "/" || document.documentElement.dataset.wall)) headline.querySelector("h1").textContent = say("script.contact.for", { age });
    const sub = headline?.querySelector(".sub");
    if (sub) sub.textContent = say("script.contact.old", { age });
    for (const calm of live.querySelectorAll(".calm")) calm.remove();
    for (const state of live.querySelectorAll(".state")) {
      state.dataset.was ??= state.textContent.trim();
      state.textContent = say("script.contact.was", { age, state: state.dataset.was });
    }
    document.title = `${say("script.contact.for", { age })} · Watchpost`;
    if (this.icon && this.icon.getAttribute("href") !== lostIcon) this.icon.setAttribute("href", lostIcon);
    if (isNew) document.dispatchEvent(new Event("contactlost"));
  },
  found() {
    this.isLost = false;
    delete document.documentElement.dataset.contact;
    document.querySelector(".lost")?.remove();
    if (this.icon) this.icon.setAttribute("href", this.iconHref);
    document.dispatchEvent(new Event("contactfound"));
  },
};

// With the page, as there is nobody left to ask for it when it is wanted.
const lostIcon = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#6b7680"/>' +
  '<path d="M9 9l14 14M23 9L9 23" stroke="#fff" stroke-width="4" stroke-linecap="round"/></svg>');

// Milliseconds without news after which a page no longer believes what it shows; it looks once a second.
const silence = 7000;
// Seconds between two looks for what the stream does not tell. A page that searches waits longer for the answer.
const pause = Number(live?.dataset.live || 1) * 1000;
const isSearch = live?.dataset.quick !== undefined;
const patience = isSearch ? 45000 : 6000;
const hiddenPause = 20000;
// Between two looks that the stream asks for.
const shortPause = 2000;

if (live) {
  let lastRefresh = Date.now();
  let shownSince = Date.now();
  // The state of the site that the page shows, as the stream names it.
  let mark = null;
  const ask = () => { lastRefresh = Date.now(); return refresh(); };
  stream.listen((kind, tick) => {
    if (kind !== "tick") return;
    const now = Date.now();
    // A tick says that the server lives. What the page shows is news while nothing changed, else once the page itself came.
    if (isSearch || isBusy() || tick.mark === mark) lastSeen = now;
    if (now - lastRefresh < shortPause) return;
    const isDue = now - lastRefresh >= pause - 200 || tick.mark !== mark && !isSearch;
    if (isDue) {
      // The page is at least as new as what the stream told before it was asked for.
      ask().then((isNew) => { if (isNew) mark = tick.mark; });
    } else if (live.dataset.quick === "between") refresh(true);
  });
  const look = () => {
    const now = Date.now();
    if (document.hidden) {
      if (now - lastRefresh >= hiddenPause) ask();
      // A tab may sleep for a minute between two looks; by then the answer to the one before is here or never comes.
      if (contact.isLost || now - lastSeen > 60000 + patience) contact.lose();
      return;
    }
    const age = now - lastSeen;
    // A stream that was given up, or that a proxy keeps open in silence, is opened anew; the page asks meanwhile.
    stream.open();
    if (age > 3000 && now - lastRefresh > shortPause) ask();
    // A tab that is looked at again asks first: unseen it asked seldom.
    if (age > (now - shownSince < 3000 ? hiddenPause + patience : silence)) contact.lose();
    // What stands still costs nothing: between two ticks it is one second.
    const text = contact.isLost ? say("script.lost") : say("script.live", { age: Math.max(1, Math.round(age / 1000)) });
    // Only the loss of contact is worth interrupting who listens.
    pulse.setAttribute("aria-live", contact.isLost ? "assertive" : "off");
    if (pulse.textContent !== text) pulse.textContent = text;
  };
  // Browsers allow few connections to a server: pages that nobody sees keep none.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { stream.close(); return; }
    shownSince = Date.now();
    look();
    refresh();
  });
  addEventListener("pagehide", () => stream.close());
  // A page that comes back from the history or from sleep shows what was.
  addEventListener("pageshow", (event) => { if (event.persisted) { look(); refresh(); } });
  document.addEventListener("resume", () => { look(); refresh(); });
  if (!document.hidden) stream.open();
  // The clock ticks apart from the page: browsers let the timers of a page that nobody sees run once a minute.
  try {
    new Worker(new URL("./clock.js", import.meta.url)).addEventListener("message", look);
  } catch { /* the timer below is enough for pages that are seen */ }
  setInterval(look, 1000);
}

// Who came from the wall is led back to it.
if (sessionStorage.getItem("wall")) import("./wall-return.js");

const themes = ["auto", "light", "dark"];
const themeNames = { auto: say("script.themeAuto"), light: say("script.themeLight"), dark: say("script.themeDark") };
const themeButton = document.querySelector("button.theme");
function applyTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  if (themeButton) themeButton.textContent = say("script.theme", { name: themeNames[theme] ?? theme });
}
// A browser may keep nothing.
let theme = "auto";
try { theme = localStorage.getItem("theme") ?? theme; } catch { /* it is chosen anew on each page */ }
applyTheme(theme);
// What is drawn in the theme's colours is drawn anew where the host's theme changes, too.
matchMedia("(prefers-color-scheme:dark)").addEventListener("change", () => document.dispatchEvent(new Event("themechange")));
themeButton?.addEventListener("click", () => {
  theme = themes[(themes.indexOf(theme) + 1) % themes.length];
  try { localStorage.setItem("theme", theme); } catch { /* it holds for this page */ }
  applyTheme(theme);
  document.dispatchEvent(new Event("themechange"));
});

for (const form of document.querySelectorAll("form[data-post]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = JSON.stringify(Object.fromEntries(new FormData(form)));
    const answer = await fetch(form.dataset.post, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    form.querySelector("output").textContent = answer.ok ? say("script.done") : (await answer.json()).error ?? say("script.answered", { status: answer.status });
  });
}
