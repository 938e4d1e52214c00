// The page for a screen that nobody sits at: it says aloud what is new, stays awake, and comes back to where it began.
import "./faults.js";
import { say } from "./say.js";

document.documentElement.dataset.wall = "yes";
const address = location.pathname + location.search;
sessionStorage.setItem("wall", address);
const minutes = new URLSearchParams(location.search).get("return");
if (Number(minutes) > 0) sessionStorage.setItem("wall-minutes", minutes);
import("./wall-return.js");
document.querySelector("#wall-leave")?.addEventListener("click", () => sessionStorage.removeItem("wall"));

// A screen that goes dark shows nothing; browsers allow it to pages that came over TLS, and to this host.
async function stayAwake() {
  try { if (!document.hidden) await navigator.wakeLock?.request("screen"); } catch { /* the screen's own settings hold */ }
}
document.addEventListener("visibilitychange", stayAwake);
stayAwake();

const sound = document.querySelector("#wall-sound");
let audio = null;

function hear() {
  sound.textContent = say("script.wall.heard");
  sound.disabled = true;
  sound.dataset.heard ??= "0";
}

if (sound) {
  sound.hidden = false;
  sound.addEventListener("click", async () => {
    audio ??= new AudioContext();
    await audio.resume();
    sessionStorage.setItem("wall-sound", "yes");
    if (window.Notification && Notification.permission === "default") await Notification.requestPermission();
    hear();
    beep(1);
  });
  // Who allowed it and comes back from another page is not asked again, where the browser lets sound be.
  if (sessionStorage.getItem("wall-sound")) {
    audio = new AudioContext();
    audio.addEventListener("statechange", () => { if (audio.state === "running") hear(); });
    if (audio.state === "running") hear(); else audio.resume().catch(() => { /* the button asks */ });
  }
}

// Two tones, three times: nobody takes them for a telephone.
function beep(times = 3) {
  if (!audio || audio.state !== "running") return;
  for (let turn = 0; turn < times * 2; turn++) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    const at = audio.currentTime + turn * 0.28;
    tone.frequency.value = turn % 2 ? 660 : 880;
    loudness.gain.setValueAtTime(0.0001, at);
    loudness.gain.exponentialRampToValueAtTime(0.4, at + 0.03);
    loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.25);
    tone.connect(loudness).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.27);
  }
  sound.dataset.heard = String(Number(sound.dataset.heard) + 1);
}

function tellNew(texts) {
  if (!texts.length) return;
  document.documentElement.dataset.told = texts.join("\n");
  beep();
  if (window.Notification && Notification.permission === "granted") {
    const site = document.querySelector(".bar .note")?.textContent ?? "";
    try {
      new Notification(say("script.wall.notice", { site }), { body: texts.slice(0, 5).join("\n"), tag: "watchpost", renotify: true });
    } catch { /* phones allow notices to service workers alone */ }
  }
}

// Faults of now, by their keys; the first look tells nothing, for who comes sees it.
const faults = document.querySelector("[data-key=wrong]");
const critical = "li.offline, li.stalled, li.not-recording, li.critical, li.error";
function faultsNow() {
  const all = [...(faults?.querySelectorAll(".wrong > li") ?? [])].filter((item) => item.matches(critical));
  return new Map(all.map((item) => [item.dataset.fault ?? item.dataset.item ?? item.innerText, item]));
}
let known = new Set(faultsNow().keys());
let isLost = false;

function look() {
  if (isLost) return;
  const now = faultsNow();
  const fresh = [...now].filter(([key]) => !known.has(key)).map(([, item]) => {
    const text = (name) => item.querySelector(name)?.innerText.trim().replace(/\s+/g, " ") ?? "";
    return [text(".name"), text(".state"), text(".why")].filter(Boolean).join(" · ").slice(0, 200);
  });
  known = new Set(now.keys());
  tellNew(fresh);
}
if (faults) new MutationObserver(look).observe(faults, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
document.addEventListener("contactlost", () => { isLost = true; tellNew([document.querySelector(".lost")?.textContent ?? say("script.lost")]); });
document.addEventListener("contactfound", () => { isLost = false; look(); });

// What is done about a fault leaves the wall where it is: with the page the permission to make sound would go.
const said = document.querySelector("#wall-said");
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.closest("[data-fault]") || form.method !== "post") return;
  event.preventDefault();
  said.textContent = "";
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual", signal: AbortSignal.timeout(20000),
    });
    if (!answer.ok && answer.type !== "opaqueredirect") {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      throw new Error(page.querySelector("main .sub")?.textContent.trim() || say("script.answered", { status: answer.status }));
    }
    const opened = form.closest("details");
    if (opened) opened.open = false;
    document.activeElement?.blur();
    document.dispatchEvent(new Event("pagechanged"));
  } catch (error) { said.textContent = say("script.wall.refused", { why: error.message }); }
});
