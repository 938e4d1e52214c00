// The list of cameras: asked for once, changed by what the live stream tells; of thousands only those in sight are drawn,
// and only of those numbers are asked for.
import { CameraRows, states, wordOf } from "./camera-rows.js";
import { say } from "./say.js";
import { listen } from "./stream.js";

const box = document.querySelector("#cameras[data-key=cameras]");
const form = document.querySelector("form.cameras-form");
const count = document.querySelector("[data-key=cameras-count] .note");
const pause = 5000;
const shortPause = 2000;
const shortList = 60;
// Between two questions for the whole list.
const listPause = 5000;

let rows = null;
let list = null;
let address = new URLSearchParams(location.search);

const encoded = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function cameraOf([id, node, state, since, reason = "", labels = {}], place, nodes) {
  const [site, instance] = node ? nodes[node - 1] : ["", ""];
  const name = site ? `${site} / ${instance}` : instance;
  const fields = [["site", site], ["instance", instance]].filter(([, value]) => value).map(([key, value]) => `${key}=${encoded(value)}`);
  return {
    place, id, site, state, since, reason, labels, node: name, key: node ? `${id} ${name}` : id, numbers: null,
    link: `/cameras/${encoded(id)}${fields.length ? `?${fields.join("&")}` : ""}`, text: null,
  };
}

let asked = 0;
let isAsking = false;
async function askList() {
  if (isAsking || Date.now() - asked < listPause && list) return;
  isAsking = true;
  asked = Date.now();
  try {
    const answer = await fetch("/api/watchpost/live/cameras", { signal: AbortSignal.timeout(20000) });
    if (!answer.ok) return;
    const table = await answer.json();
    const before = new Map(list?.cameras.map((camera) => [camera.key, camera]));
    const cameras = table.cameras.map((row, place) => {
      const camera = cameraOf(row, place, table.nodes);
      const old = before.get(camera.key);
      // What is drawn stays the same thing.
      return old ? Object.assign(old, camera, { numbers: old.numbers }) : camera;
    });
    list = { name: table.list, version: table.version, cameras };
    const isFirst = !rows;
    if (isFirst) take();
    arrange();
    if (isFirst) findPlace();
    askNumbers();
  } catch { /* what the server wrote stays; the next tick asks again */ } finally { isAsking = false; }
}

// Who comes back to a list finds it where it was left: what the server writes of a long one is too short for that.
const placeName = () => `top ${location.pathname}${location.search}`;
function findPlace() {
  box.style.minHeight = "";
  const top = Number(sessionStorage.getItem(placeName()));
  const [how] = performance.getEntriesByType("navigation");
  if (top && ["back_forward", "reload"].includes(how?.type)) scrollTo(0, top);
}

// From here on the list is drawn here.
function take() {
  box.dataset.own = "";
  box.closest("main").querySelector("[data-key=cameras-count]").dataset.own = "";
  // A page that becomes shorter for a moment loses where it was scrolled to.
  box.style.minHeight = `${box.offsetHeight}px`;
  box.replaceChildren();
  box.setAttribute("role", "list");
  rows = new CameraRows(box);
  rows.onDraw = () => soon();
}

// The same as CameraList.swift.
function arrange() {
  if (!rows) return;
  const wanted = new Set(address.getAll("state").filter(Boolean));
  const nodes = new Set(address.getAll("node").filter(Boolean).map((node) => node === "-" ? "" : node));
  const labels = address.getAll("label").filter((label) => label.includes("=")).map((label) => [label.slice(0, label.indexOf("=")), label.slice(label.indexOf("=") + 1)]);
  const words = (address.get("q") ?? "").toLowerCase().split(" ").filter(Boolean);
  const found = list.cameras.filter((camera) => {
    const style = states[camera.state][1];
    if (wanted.size && !wanted.has(style) && !(wanted.has("wrong") && style !== "online")) return false;
    if (nodes.size && !nodes.has(camera.node)) return false;
    if (!labels.every(([name, value]) => camera.labels[name] === value)) return false;
    if (!words.length) return true;
    const text = textOf(camera);
    return words.every((word) => text.includes(word));
  });
  const sort = address.get("sort");
  if (sort === "worst") found.sort((a, b) => a.state - b.state || a.place - b.place);
  if (sort === "since") found.sort((a, b) => b.since - a.since || a.place - b.place);
  count.textContent = found.length === list.cameras.length ? say("script.cameras.all", { count: found.length })
    : say("script.cameras.found", { count: found.length, total: list.cameras.length });
  box.dataset.total = list.cameras.length;
  let note = box.previousElementSibling?.matches("p.nothing") ? box.previousElementSibling : null;
  if (!found.length && list.cameras.length) {
    if (!note) {
      note = document.createElement("p");
      note.className = "panel note nothing";
      box.before(note);
    }
    note.textContent = say("script.cameras.nothing");
  } else note?.remove();
  rows.arrange(grouped(found, address.get("group") ?? ""));
}

function textOf(camera) {
  const version = `${camera.state} ${camera.reason}`;
  if (camera.text?.version !== version) {
    const text = [camera.id, camera.node, camera.reason, states[camera.state][0], wordOf(camera.state), ...Object.values(camera.labels)].join("\n");
    camera.text = { version, text: text.toLowerCase() };
  }
  return camera.text.text;
}

const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

function grouped(cameras, group) {
  const name = group === "site" ? (camera) => camera.site : group === "node" ? (camera) => camera.node
    : group === "state" ? (camera) => wordOf(camera.state)
    : group.startsWith("label:") ? (camera) => camera.labels[group.slice(6)] ?? "" : null;
  if (!name) return [{ name: "", cameras }];
  const groups = new Map();
  for (const camera of cameras) {
    const key = name(camera);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(camera);
  }
  return [...groups].map(([name, cameras]) => {
    const wrong = cameras.filter((camera) => camera.state !== states.length - 1).length;
    const values = { name: name || say("script.cameras.noGroup"), count: cameras.length, wrong };
    return { name, cameras, text: wrong ? say("script.cameras.groupWrong", values) : say("script.cameras.group", values) };
  }).sort((a, b) => group === "state" ? a.cameras[0].state - b.cameras[0].state
    : !a.name - !b.name || collator.compare(a.name, b.name));
}

function apply({ list: name, from, to, set }) {
  if (!list || name !== list.name || from > list.version) { askList(); return; }
  if (to <= list.version) return;
  list.version = to;
  const wasState = set.map(([place]) => list.cameras[place]?.state);
  set.forEach(([place, state, since, reason = ""]) => {
    const camera = list.cameras[place];
    if (camera) Object.assign(camera, { state, since, reason });
  });
  // In the order of names without groups and filters all stay where they are.
  const moves = ["sort", "state", "q"].some((key) => address.get(key)) || address.get("group");
  if (moves || set.some(([place, state], i) => wasState[i] !== state)) arrange();
  for (const [place] of set) rows?.update(list.cameras[place]);
  document.dispatchEvent(new CustomEvent("cameraschanged", { detail: set.map(([place], i) => ({ camera: list.cameras[place], was: wasState[i] })) }));
}

let lastNumbers = 0;
let wantsNumbers = 0;
async function askNumbers() {
  if (!rows || document.hidden) return;
  const places = rows.inSight().map((camera) => camera.place).sort((a, b) => a - b).slice(0, 400);
  if (!places.length) return;
  lastNumbers = Date.now();
  const ranges = [];
  for (const place of places) {
    const range = ranges.at(-1);
    if (range && range[1] === place - 1) range[1] = place; else ranges.push([place, place]);
  }
  const text = ranges.map(([first, last]) => first === last ? first : `${first}-${last}`).join(",");
  try {
    const answer = await fetch(`/api/watchpost/live/numbers?list=${list.name}&rows=${text}`, { signal: AbortSignal.timeout(6000) });
    if (answer.status === 409) { askList(); return; }
    if (!answer.ok) return;
    const table = await answer.json();
    if (table.list !== list.name) return;
    for (const [place, fps, expected, bits, frame, recorded, picture] of table.rows) {
      const camera = list.cameras[place];
      camera.numbers = { at: Date.now(), fps, expected, rate: bits, frame, recorded, picture };
      rows.update(camera);
    }
  } catch { /* the page itself tells that its server is gone */ }
}

// Who scrolls gets numbers once the list rests.
function soon() {
  clearTimeout(wantsNumbers);
  if (rows?.inSight().some((camera) => !camera.numbers)) wantsNumbers = setTimeout(askNumbers, 250);
}

// An address may name more of a kind than its field shows; they stay until another is chosen.
function readForm(name, isPushed) {
  const next = new URLSearchParams(location.search);
  next.delete(name);
  const { value } = form.elements[name];
  if (value && !(name === "sort" && value === "name")) next.set(name, value);
  next.delete("from");
  address = next;
  const text = next.toString();
  history[isPushed ? "pushState" : "replaceState"](null, "", location.pathname + (text ? `?${text}` : ""));
  keepLinks();
  if (list) arrange();
}

// The links to other views keep what was chosen, as does the one that keeps this view.
function keepLinks() {
  for (const link of form.querySelectorAll(".views a")) {
    const url = new URL(link.href);
    const fields = new URLSearchParams(address);
    fields.delete("view");
    const view = url.searchParams.get("view");
    if (view) fields.set("view", view);
    link.href = `${url.pathname}?${fields}`;
  }
  const keep = document.querySelector("a.keep");
  if (keep) keep.href = `/views?${new URLSearchParams({ address: address.toString() })}`;
}

if (box && form) {
  // What is typed in one go is one step back.
  let isTyping = false;
  form.addEventListener("submit", (event) => { if (list) event.preventDefault(); });
  form.addEventListener("change", (event) => {
    isTyping = false;
    if (event.target.name !== "q") readForm(event.target.name, true);
  });
  form.elements.q.addEventListener("input", () => {
    readForm("q", !isTyping);
    isTyping = true;
  });
  addEventListener("pagehide", () => sessionStorage.setItem(placeName(), scrollY));
  form.querySelector("button.go").hidden = true;
  addEventListener("popstate", () => {
    isTyping = false;
    address = new URLSearchParams(location.search);
    for (const name of ["q", "state", "node", "label", "group", "sort"]) {
      if (form.elements[name]) form.elements[name].value = address.get(name) ?? (name === "sort" ? "name" : "");
    }
    keepLinks();
    if (list) arrange();
  });
  document.addEventListener("keydown", (event) => {
    const isField = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !isField && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      form.elements.q.focus();
      form.elements.q.select();
    } else if (event.key === "Escape" && event.target === form.elements.q) {
      form.elements.q.blur();
    } else if (event.key === "ArrowDown" && event.target === form.elements.q && rows) {
      event.preventDefault();
      rows.choose(0);
    }
  });
  listen((kind, data) => {
    if (kind === "cameras") apply(data);
    else if (!list || data.list !== list.name || data.version > list.version) askList();
    if (kind === "tick" && list && Date.now() - lastNumbers >= (list.cameras.length <= shortList ? shortPause : pause) - 200) askNumbers();
  });
  document.addEventListener("contactfound", () => { asked = 0; askList(); });
  askList();
  if (new URLSearchParams(location.search).get("view") === "wall") import("./wall.js");
}
