#!/usr/bin/env python3
"""What a screen of many cameras costs, in a real Chromium; tells what it saw, one JSON line a step.

screen.py thousands URL          the first page at three sizes: how soon, how many elements, what it costs in calm; keys
screen.py shared URL WINDOWS [led]   windows of one browser: how many streams there are, whether all are live
screen.py slow URL [RATE LATENCY]    the first load over a slow link (bytes a second, milliseconds)
screen.py kept URL SECONDS PATH …    selection and scroll position on each page, after a time of live data
screen.py steps URL                  a list's address on a phone: what is chosen, and back and forth
screen.py deaf URL                   a window whose shared worker never says anything
"""
import asyncio
import sys
import threading
import time

from chromium import browser, say

ELEMENTS = "document.querySelectorAll('*').length"


def cdp(page):
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Performance.enable")
    return session


def seconds_of_work(session):
    """CPU time of the page's process: that of its tasks would be longer on a busy host."""
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    return metrics["ProcessTime"]


def wire(session):
    """Counts bytes as they come over the wire, of this page alone."""
    count = {"bytes": 0}
    session.on("Network.dataReceived", lambda e: count.__setitem__("bytes", count["bytes"] + max(e["encodedDataLength"], 0)))
    session.on("Network.responseReceived",
               lambda e: count.__setitem__("bytes", count["bytes"] + max(e["response"].get("encodedDataLength", 0), 0)))
    return count


def thousands(opened, page, url):
    for width, height in ((1280, 900), (360, 740), (3840, 2160)):
        for path in ("/", "/cameras?view=table&group=node", "/cameras?view=wall&sort=worst"):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(url + path)
            page.wait_for_selector("#cameras[data-own] [data-camera] .fps:not(:empty)", state="attached")
            ready = page.evaluate("performance.now()")
            rows = page.locator("#cameras [data-camera]").count()
            say(width=width, path=path, ready=ready, rows=rows, elements=page.evaluate(ELEMENTS),
                total=int(page.get_attribute("#cameras", "data-total")),
                wide=page.evaluate("document.documentElement.scrollWidth > innerWidth"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(url + "/")
    page.wait_for_selector("#cameras[data-own] [data-camera] .fps:not(:empty)", state="attached")
    session = cdp(page)
    count = wire(session)
    page.wait_for_timeout(5000)
    began, work, had = time.time(), seconds_of_work(session), count["bytes"]
    page.wait_for_timeout(30000)
    span = time.time() - began
    say(calmBytes=(count["bytes"] - had) / span, calmWork=(seconds_of_work(session) - work) / span)

    # Over all of it and back.
    most = page.evaluate("""async () => {
      let most = 0;
      for (let part = 0; part <= 30; part++) {
        scrollTo(0, document.documentElement.scrollHeight * part / 30);
        await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
        most = Math.max(most, document.querySelectorAll("*").length);
      }
      scrollTo(0, 0);
      return most;
    }""")
    focused = lambda: page.evaluate("document.activeElement.closest('[data-camera]')?.dataset.camera ?? document.activeElement.name")
    page.keyboard.press("/")
    search = focused()
    page.keyboard.type("cam-49")
    page.wait_for_function("document.querySelector('[data-key=cameras-count]').innerText.includes('of')")
    found = page.inner_text("[data-key=cameras-count] .note")
    address = page.url
    page.keyboard.press("ArrowDown")
    keys = [focused()]
    for key in ("ArrowRight", "End", "Home", "End", "ArrowUp"):
        page.keyboard.press(key)
        keys.append(focused())
    link = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cameras/cam-*")
    say(most=most, search=search, found=found, address=address, keys=keys, link=link, heading=page.inner_text("h1"))
    plain = opened.new_context(java_script_enabled=False).new_page()
    plain.goto(url + "/cameras?q=cam-49&view=table")
    say(plain=plain.locator("[data-camera]").count(), plain_found=plain.inner_text("h1"))


class Relay:
    """Between a browser and the server: knows how many streams of events are open."""

    def __init__(self, port):
        self.target, self.open, self.most, self.asked = port, 0, 0, 0
        self.ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True).start()
        self.ready.wait()

    async def serve(self):
        server = await asyncio.start_server(self.connection, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        async with server:
            await server.serve_forever()

    async def connection(self, reader, writer):
        theirs, ours = await asyncio.open_connection("127.0.0.1", self.target)
        is_stream = False

        async def ask():
            nonlocal is_stream
            while data := await reader.read(65536):
                if data.startswith(b"GET "):
                    self.asked += 1
                    if data.startswith(b"GET /api/watchpost/live ") or data.startswith(b"GET /api/watchpost/live?"):
                        is_stream = True
                        self.open += 1
                        self.most = max(self.most, self.open)
                ours.write(data)
                await ours.drain()

        async def answer():
            while data := await theirs.read(65536):
                writer.write(data)
                await writer.drain()

        tasks = [asyncio.create_task(ask()), asyncio.create_task(answer())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if is_stream:
            self.open -= 1
        for task in tasks:
            task.cancel()
        ours.close()
        writer.close()


def shared(opened, page, url, windows, how=""):
    relay = Relay(int(url.rsplit(":", 1)[1]))
    here = f"http://127.0.0.1:{relay.port}"
    pages = [page] + [page.context.new_page() for _ in range(int(windows) - 1)]
    for place, window in enumerate(pages):
        if how == "led":
            window.add_init_script("delete window.SharedWorker;")
        window.goto(here + ("/cameras" if place % 2 else "/"))
    for window in pages:
        window.wait_for_selector("#cameras[data-own] [data-camera]")
    page.wait_for_timeout(15000)
    asked = relay.asked
    page.wait_for_timeout(10000)
    pulses = [window.inner_text(".pulse") for window in pages]
    say(open=relay.open, most=relay.most, pulses=pulses, asked=relay.asked - asked,
        lost=sum(window.locator(".lost").count() for window in pages))
    # Whoever closes leaves the others live.
    for window in pages[:len(pages) // 2]:
        window.close()
    rest = pages[len(pages) // 2:]
    rest[0].wait_for_timeout(12000)
    say(restOpen=relay.open, restPulses=[window.inner_text(".pulse") for window in rest])


def slow(opened, page, url, rate="200000", latency="150"):
    session = cdp(page)
    count = wire(session)
    session.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": float(latency), "downloadThroughput": float(rate), "uploadThroughput": float(rate) / 2})
    page.goto(url, wait_until="load")
    paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    page.wait_for_function(f"{paint} !== undefined")
    page.wait_for_selector("#cameras[data-own] [data-camera] .fps:not(:empty)", state="attached", timeout=60000)
    say(paint=page.evaluate(paint), bytes=count["bytes"], ready=page.evaluate("performance.now()"),
        files=page.evaluate("performance.getEntriesByType('resource').map((e) => [new URL(e.name).pathname, e.encodedBodySize])"))


SELECT = """() => {
  document.body.style.minHeight = "5000px";
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT,
    (node) => node.data.trim().length > 3 && node.parentElement.offsetParent && !node.parentElement.closest("select, script, form, .lost")
      ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP);
  const texts = [];
  while (walker.nextNode() && texts.length < 200) texts.push(walker.currentNode);
  // A name within a part that changes, where there is one. What is pending says something else in a moment.
  const lasting = (text) => !text.parentElement.closest("tr")?.querySelector(".badge.pending");
  const node = texts.find((text) => lasting(text) && text.parentElement.closest("[data-key] .id, [data-key] td, [data-key] dd, [data-key] .name")) ?? texts[0];
  getSelection().setBaseAndExtent(node, 0, node, node.length);
  scrollTo(0, 150);
  return getSelection().toString();
}"""


def kept(opened, page, url, seconds, *paths):
    pages = []
    for path in paths:
        window = page if not pages else page.context.new_page()
        window.set_viewport_size({"width": 1280, "height": 700})
        window.goto(url + path)
        pages.append(window)
    page.wait_for_timeout(8000)
    before = [window.evaluate(SELECT) for window in pages]
    page.wait_for_timeout(float(seconds) * 1000)
    for path, window, text in zip(paths, pages, before):
        now, top, lost = window.evaluate("[getSelection().toString(), scrollY, document.querySelectorAll('.lost').length]")
        say(path=path, selected=text, still=now, top=top, lost=lost, pulse=window.inner_text(".pulse"))


def steps(opened, page, url):
    def look(what):
        page.wait_for_timeout(300)
        say(step=what, address=page.url.partition("?")[2], found=page.inner_text("[data-key=cameras-count] .note"),
            query=page.input_value("input[name=q]"), node=page.input_value("select[name=node]"),
            wall=page.get_attribute(".views a:last-child", "href"), top=page.evaluate("scrollY"),
            wide=page.evaluate("document.documentElement.scrollWidth > 360"))

    def go(path):
        page.goto(url + path)
        page.wait_for_selector("#cameras[data-own] [data-camera]")

    page.set_viewport_size({"width": 360, "height": 740})
    go("/cameras")
    page.select_option("select[name=node]", label="north / rec-3")
    page.type("input[name=q]", "cam-12")
    look("typed")
    for _ in range(2):
        page.go_back()
        look("back")
    page.go_forward()
    look("forth")
    go("/cameras?sort=worst")
    page.evaluate("scrollTo(0, 20000)")
    page.wait_for_timeout(500)
    page.locator("#cameras [data-camera] a").nth(6).click()
    page.wait_for_url("**/cameras/cam-*")
    page.go_back()
    page.wait_for_selector("#cameras[data-own] [data-camera]")
    look("returned")
    # More of a kind than a field shows.
    go("/cameras?state=online&state=offline&node=north%20%2F%20rec-1&node=north%20%2F%20rec-2")
    page.fill("input[name=q]", "cam-1")
    look("many")


def deaf(opened, page, url):
    page.add_init_script("window.SharedWorker = class { constructor() { this.port = new MessageChannel().port1; } };")
    streams = []
    page.on("request", lambda asked: streams.append(asked.url) if asked.url.split("?")[0].endswith("/live") else None)
    page.goto(url)
    began = time.time()
    while not streams and time.time() - began < 40:
        page.wait_for_timeout(500)
    page.wait_for_timeout(4000)
    say(open=len(streams), pulses=[page.inner_text(".pulse")], lost=page.locator(".lost").count())


with browser() as (opened, page, errors):
    globals()[sys.argv[1]](opened, page, *sys.argv[2:])
    say(errors=[error for error in errors if "uplot" not in error])
