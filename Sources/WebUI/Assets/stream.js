// The live stream, which all windows of a browser share: by a shared worker; else one window, which holds a lock, listens
// and tells the others; else each has a stream of its own. Windows that nobody sees have none.
const address = "/api/watchpost/live";
const kinds = ["tick", "cameras"];
const patience = 10000;
const listeners = new Set();

// Calls `listener(kind, data)` for what comes: "tick" each second, "cameras" before it where some changed.
export function listen(listener) { listeners.add(listener); }

function tell({ kind, data }) {
  let parsed;
  try { parsed = JSON.parse(data); } catch { return; }
  for (const listener of listeners) listener(kind, parsed);
}

// A stream of this window.
class Own {
  constructor(tell) { this.tell = tell; this.source = null; this.last = ""; }

  open() {
    const now = Date.now();
    if (this.source && (this.source.readyState === EventSource.CLOSED || now - this.heard > patience)) this.close();
    if (this.source) return;
    this.heard = now;
    this.source = new EventSource(this.last ? `${address}?after=${encodeURIComponent(this.last)}` : address);
    for (const kind of kinds) {
      this.source.addEventListener(kind, (event) => {
        this.heard = Date.now();
        this.last = event.lastEventId;
        this.tell({ kind, data: event.data });
      });
    }
  }

  close() { this.source?.close(); this.source = null; }
}

// The stream of a worker that all windows share. One that says nothing while its server answers pages is given up: it may
// have crashed, which nobody tells, or not be allowed to listen.
class Shared {
  constructor() {
    const worker = new SharedWorker(new URL("./live-worker.js", import.meta.url), "watchpost-live");
    worker.onerror = () => this.giveUp();
    this.port = worker.port;
    this.port.onmessage = ({ data }) => { this.heard = Date.now(); tell(data); };
    this.said = 0;
    this.heard = 0;
  }

  open() {
    const now = Date.now();
    if (!this.heard || isLost) this.heard = now;
    if (now - this.heard > 2 * patience) { this.giveUp(); return; }
    if (now - this.said < 4000) return;
    this.said = now;
    this.port.postMessage("here");
  }

  close() { this.said = this.heard = 0; this.port.postMessage("gone"); }

  giveUp() {
    if (way !== this) return;
    this.close();
    this.port.close();
    way = another();
    if (isOpen) way.open();
  }
}

// The first window that is seen holds the lock and the stream; the others wait for the lock and hear of it.
class Led {
  constructor() {
    this.channel = new BroadcastChannel("watchpost-live");
    this.channel.onmessage = ({ data }) => { if (isOpen) tell(data); };
    this.own = new Own((message) => { this.channel.postMessage(message); tell(message); });
    this.waiting = null;
  }

  open() {
    if (this.leads) { this.own.open(); return; }
    if (this.waiting) return;
    const waiting = this.waiting = new AbortController();
    navigator.locks.request("watchpost-live", { signal: waiting.signal }, () => new Promise((release) => {
      this.leads = release;
      this.own.open();
    })).catch(() => { /* it no longer waits */ });
  }

  close() {
    this.waiting?.abort();
    this.waiting = null;
    this.own.close();
    this.leads?.();
    this.leads = null;
  }
}

function another() {
  try {
    if (navigator.locks && window.BroadcastChannel) return new Led();
  } catch { /* as below */ }
  return new Own(tell);
}

function first() {
  try {
    if (window.SharedWorker) return new Shared();
  } catch { /* as a page of a browser that has none */ }
  return another();
}

let way = null;
let isOpen = false;
// Whether the page has lost contact with its server.
let isLost = false;
document.addEventListener("contactlost", () => { isLost = true; });
document.addEventListener("contactfound", () => { isLost = false; });

// Opens the stream, and opens it anew where it is silent; to be called each second while the window is seen.
export function open() {
  isOpen = true;
  way ??= first();
  way.open();
}

export function close() {
  isOpen = false;
  way?.close();
}
