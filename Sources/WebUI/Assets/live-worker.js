// One stream of events for all windows of a browser: a shared worker holds it while any of them is seen.
const address = "/api/watchpost/live";
const kinds = ["tick", "cameras"];
// A window that says nothing for so long is gone; milliseconds. One that nobody sees says so.
const silence = 20000;
// A stream on which nothing comes is opened anew.
const patience = 10000;

const windows = new Map();
let source = null;
let opened = 0;
let heard = 0;
let last = "";
let newest = null;

function open() {
  if (source || !windows.size) return;
  opened = Date.now();
  source = new EventSource(last ? `${address}?after=${encodeURIComponent(last)}` : address);
  for (const kind of kinds) {
    source.addEventListener(kind, (event) => {
      heard = Date.now();
      last = event.lastEventId;
      const message = { kind, data: event.data };
      if (kind === "tick") newest = message;
      for (const port of windows.keys()) port.postMessage(message);
    });
  }
}

function close() {
  source?.close();
  source = null;
}

function leave(port) {
  windows.delete(port);
  if (!windows.size) close();
}

setInterval(() => {
  const now = Date.now();
  for (const [port, at] of windows) if (now - at > silence) leave(port);
  if (source && (source.readyState === EventSource.CLOSED || now - Math.max(heard, opened) > patience)) close();
  open();
}, 3000);

onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data === "gone") { leave(port); return; }
    const isNew = !windows.has(port);
    windows.set(port, Date.now());
    open();
    if (isNew && newest && Date.now() - heard < 3000) port.postMessage(newest);
  };
};
