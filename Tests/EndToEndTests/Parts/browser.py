#!/usr/bin/env python3
"""Opens the demo's pages in a real Chromium and tells what it sees, one JSON line a step.

browser.py URL check        opens every page: texts, errors of the console, panels drawn
browser.py URL wait CAMERA STATE SECONDS   waits, without reloading, until the tile of CAMERA has STATE
browser.py URL lost PID SIGNAL SECONDS [hidden] [nothread] [silent]   waits until all is well, sends SIGNAL to PID, and
    tells how the page looks SECONDS later; SIGCONT then, and how it looks once it hears of its server again
browser.py URL logs FILE   searches the lines of FILE and those that it adds to it, with keys, mouse and without scripts
browser.py URL trace ID   opens a large trace: how soon, in how much memory, which rows exist; goes through it by keys
browser.py URL typing FAULT OTHER   opens the row of FAULT and writes in it, says so, waits for the row OTHER, and tells what
    became of the first; then probes its camera
browser.py URL clicks CAMERA    from the overview's row of a camera in trouble to the line of a log, by three clicks
browser.py URL links PATH SELECTOR   where the elements on a page lead that match SELECTOR, and what they are called
browser.py URL shot PATH FILE WIDTH HEIGHT [dark]
"""
import json
import os
import signal
import sys
import time

from playwright.sync_api import sync_playwright

from chromium import say, start


def check(page, url):
    page.goto(url)
    # The list is drawn anew by its script, and the numbers of what is in sight come after it.
    page.set_viewport_size({"width": 1280, "height": 1200})
    page.wait_for_selector("#cameras[data-own]")
    for row in page.locator("[data-camera]").all():
        row.locator(".fps", has_text="fps").wait_for()
    cameras = page.eval_on_selector_all("[data-camera]", "all => all.map(e => [e.dataset.camera, e.dataset.state, e.innerText])")
    say(page="/", cameras=cameras, title=page.title())
    for path in ["/alerts", "/logs", "/dashboards", "/messages", "/status", "/cameras/" + cameras[0][0]]:
        page.goto(url + path)
        say(page=path, heading=page.inner_text("h1"))
    page.goto(url + "/dashboards")
    links = page.eval_on_selector_all("main .grid a", "all => all.map(e => e.getAttribute('href'))")
    # Panels load where they are in sight.
    page.set_viewport_size({"width": 1280, "height": 4000})
    for link in links:
        page.goto(url + link)
        page.wait_for_selector("[data-loaded=yes]", timeout=30000)
        panels = page.eval_on_selector_all(
            "[data-panel]",
            "all => all.map(e => [e.getAttribute('aria-label'), e.dataset.state, e.innerText.slice(0, 200),"
            " e.querySelectorAll('canvas,.value').length])")
        say(page=link, panels=panels)


# A tab that nobody sees, whose timers a browser lets run once a minute; its workers it lets run.
HIDDEN = """
  Object.defineProperty(document, "hidden", { get: () => true });
  Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
  const [repeat, once] = [window.setInterval, window.setTimeout];
  window.setInterval = (work, ms, ...rest) => repeat(work, Math.max(ms || 0, 60000), ...rest);
  window.setTimeout = (work, ms, ...rest) => once(work, Math.max(ms || 0, 60000), ...rest);
"""


def look(page):
    return page.evaluate("""() => ({
      // What could be chosen in a field is not said.
      text: [...document.querySelectorAll("main select")].reduce((text, field) => text.replace(field.innerText, ""),
        document.querySelector("main").innerText), title: document.title,
      headline: document.querySelector("h1").innerText, icon: document.querySelector("link[rel=icon]").href.slice(0, 30),
      tiles: [...document.querySelectorAll(".tile")].map((e) => e.innerText),
      filters: [...document.querySelectorAll("[data-key=cameras]")].map((e) => getComputedStyle(e).filter),
    })""")


def lost(page, url, pid, number, seconds, *how):
    if "hidden" in how:
        page.add_init_script(HIDDEN)
    if "nothread" in how:
        page.add_init_script("window.Worker = class { constructor() { throw new Error('no'); } };")
    if "silent" in how:
        # A worker's stream is out of reach here: the page has one of its own.
        page.add_init_script("delete window.SharedWorker; delete window.BroadcastChannel;")
        page.route("**/api/watchpost/live*", lambda route: None)
    page.goto(url)
    deadline = time.time() + 60
    while "All well" not in look(page)["headline"]:
        if time.time() > deadline:
            sys.exit("never well: " + json.dumps(look(page)))
        page.wait_for_timeout(500)
        if "hidden" in how:
            page.reload()
    if "silent" in how:
        page.wait_for_timeout(15000)
    say(before=look(page))
    os.kill(int(pid), getattr(signal, number))
    page.wait_for_timeout(float(seconds) * 1000)
    say(lost=look(page))
    if number == "SIGSTOP":
        os.kill(int(pid), signal.SIGCONT)
        page.wait_for_timeout(30000 if "hidden" in how else 10000)
        say(again=look(page))


def rows(page):
    return page.eval_on_selector_all("#events tr[data-event] td.message", "all => all.map(e => e.innerText)")


def logs(page, url, file):
    def add(*lines):
        with open(file, "a") as log:
            for line in lines:
                log.write(time.strftime("%Y-%m-%dT%H:%M:%S+00:00 ", time.gmtime()) + line + "\n")

    here = url + "/logs?query=component%3Aapp"
    page.goto(here)
    page.wait_for_selector("#events time[title]")
    times = page.eval_on_selector("#events time", "e => [e.textContent, e.title, e.dateTime]")
    say(rows=rows(page), times=times, columns=page.locator(".histogram svg a").count(),
        wide=page.evaluate("document.documentElement.scrollWidth > innerWidth"))

    add("INFO came later")
    page.wait_for_selector("#events tr.new", timeout=20000)
    say(top=rows(page)[0], tail=page.inner_text("#tail"))

    # Who has opened an event reads: what comes is counted.
    page.click("#events tr[data-event]:nth-child(2) td.message")
    page.wait_for_selector("tr.detail .log-facts")
    before = rows(page)
    add("INFO one more", "INFO two more")
    page.wait_for_selector("#tail button.waiting", timeout=20000)
    page.wait_for_function("document.querySelector('#tail').innerText.includes('2 new')", timeout=20000)
    say(detail=page.inner_text("tr.detail"), stayed=rows(page) == before)
    page.click("#events tr.expanded td.message")
    page.wait_for_function("document.querySelectorAll('tr.new').length === 3")
    say(after=rows(page)[:2], waiting=page.locator("#tail button.waiting").count())

    page.keyboard.press("/")
    focused = page.evaluate("document.activeElement.name")
    page.keyboard.press("Escape")
    for key in "jjkj":
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.wait_for_selector("tr.at.expanded + tr.detail .log-facts")
    page.keyboard.press("c")
    page.wait_for_selector("tr.detail .log-context tr.hit")
    say(focused=focused, place=page.eval_on_selector("tr.at", "e => [...e.parentElement.children].indexOf(e)"),
        around=page.inner_text("tr.detail .log-context"))
    page.keyboard.press("Escape")
    say(closed=page.locator("tr.detail").count() == 0)

    page.evaluate("scrollTo(0, 0)")
    box = page.locator(".histogram svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 40, steps=5)
    page.mouse.up()
    page.wait_for_url("**start=*end=*")
    say(zoomed=page.url, since=page.input_value("select[name=since]"))

    page.goto(here)
    page.click(".logs-fields a.value >> text=ERROR")
    page.wait_for_selector("span.filter")
    say(filtered=rows(page), filter=page.inner_text("span.filter"))

    page.click("text=keep this search")
    page.fill("input[name=name]", "errors of mine")
    page.click("form[action='/logs/searches'] button")
    page.wait_for_selector("text=errors of mine")
    say(kept=page.url.split("?")[-1])

    page.goto(url + "/logs?language=kql&query=" + "level%3A%20ERROR%20%26%26%20a")
    say(mark=page.inner_text(".query-place mark"))

    plain = page.context.browser.new_context(java_script_enabled=False).new_page()
    plain.goto(here)
    count = plain.locator("#events tr[data-event]").count()
    plain.click("#events a.open >> nth=0")
    say(plain=count, heading=plain.inner_text("h1"), line=plain.inner_text("pre.line"))
    plain.click("a.context")
    say(hits=plain.locator("tr.hit").count())


def trace(page, url, id):
    here = f"{url}/traces/{id}"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(here)
    page.wait_for_selector("#waterfall[data-ready]", timeout=60000)
    ready = page.eval_on_selector("#waterfall", "e => Number(e.dataset.ready)")
    script = page.evaluate("""() => {
      const table = performance.getEntriesByType("resource").find((e) => e.name.includes("form=table"));
      return Number(document.querySelector("#waterfall").dataset.ready) - table.responseEnd;
    }""")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def heap():
        session.send("HeapProfiler.collectGarbage")
        metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
        return metrics["JSHeapUsedSize"], metrics["Nodes"]

    def present():
        return page.eval_on_selector_all(".wf-row", "all => all.map(e => Number(e.id.slice(4))).sort((a, b) => a - b)")

    first = present()
    total = page.get_attribute(".wf-body", "aria-rowcount")
    # Over all of it and back: what was seen goes away again.
    frames = page.evaluate("""async () => {
      const body = document.querySelector(".wf-body");
      const times = [];
      let last = performance.now();
      for (let part = 0; part <= 40; part++) {
        body.scrollTop = body.scrollHeight * part / 40;
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        times.push(now - last);
        last = now;
      }
      return Math.max(...times);
    }""")
    page.wait_for_timeout(200)
    say(ready=ready, script=script, total=total, first=first, last=present(), slowest=frames)
    used, nodes = heap()
    say(heap=used, nodes=nodes)

    page.focus(".wf-body")
    for key in ["Home", "ArrowDown", "ArrowLeft"]:
        page.keyboard.press(key)
    say(closed=page.get_attribute(".wf-body", "aria-rowcount"), expanded=page.get_attribute("#row-1", "aria-expanded"),
        active=page.get_attribute(".wf-body", "aria-activedescendant"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("#span .span-facts")
    say(detail=page.inner_text("#span"))
    page.keyboard.press("Escape")
    say(hidden=page.locator("#span").is_hidden())
    page.fill("form.find input", "status=error")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found:has-text('found')")
    hit = page.get_attribute(".wf-body", "aria-activedescendant")
    page.keyboard.press("n")
    say(found=page.inner_text("#found"), hit=hit, following=page.get_attribute(".wf-body", "aria-activedescendant"),
        marked=page.locator(".wf-row.hit").count())
    page.fill("form.find input", "duration>5")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found:has-text('unit')")
    page.click(".gaps a >> nth=0")
    say(gap=page.get_attribute(".wf-body", "aria-activedescendant"))
    page.evaluate("document.querySelector('#logs').scrollIntoView()")
    page.wait_for_selector("#logs[data-loaded]")
    say(logs=page.inner_text("#logs"))
    wide = {}
    for width in [360, 1280, 3840]:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(200)
        for path in ["/traces", f"/traces/{id}"]:
            page.goto(url + path)
            page.wait_for_timeout(300)
            wide[f"{path[:8]} {width}"] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    say(wide=wide)
    # What was refused on purpose is told by the browser, too.
    errors[:] = [error for error in errors if "400" not in error]

    plain = page.context.browser.new_context(java_script_enabled=False).new_page()
    plain.goto(here)
    count = plain.locator(".wf-row").count()
    plain.click(".wf-row a >> nth=0")
    say(plain=count, facts=plain.inner_text(".span-facts"))


def typing(page, url, fault, other):
    def row(key):
        return "[data-fault=" + json.dumps(key, ensure_ascii=False) + "]"

    page.goto(url)
    mine = page.locator(row(fault))
    mine.locator("details.inside summary").click()
    mine.locator("details.take summary").click()
    mine.locator("input[name=comment]").fill("I go there")
    mine.locator("input[name=comment]").evaluate("e => e.setSelectionRange(2, 4)")
    say(typing=True)
    page.wait_for_selector(row(other), timeout=20000)
    say(row=mine.evaluate("""e => ({
      open: [...e.querySelectorAll("details")].map((d) => d.open), typed: e.querySelector("input[name=comment]").value,
      hasFocus: document.activeElement === e.querySelector("input[name=comment]"),
      selected: [document.activeElement.selectionStart, document.activeElement.selectionEnd],
      isFirst: e === document.querySelector("[data-fault]"),
    })"""))
    mine.locator("form[data-probe] button").click()
    page.wait_for_function(
        "key => [...document.querySelectorAll('[data-fault]')].some(e => e.dataset.fault === key && e.querySelector('output').textContent.endsWith('.'))",
        arg=fault, timeout=15000)
    say(probed=mine.locator("output").inner_text())


def clicks(page, url, camera):
    page.goto(url)
    page.click(f".wrong a:text-is('{camera}')", timeout=60000)
    # What a camera's page shows of traces comes with its next look, when it has just failed.
    page.wait_for_selector("tr.failed[data-trace]", timeout=60000)
    camera_page = page.url
    page.click("tr.failed[data-trace] a.open >> nth=0")
    page.wait_for_selector("#waterfall[data-ready]", timeout=60000)
    trace_page = page.url
    # A span may come before the line that was written with it.
    own = page.locator("#logs h2:text('Logs of this trace') + div tr[data-event] a.open")
    for _ in range(20):
        page.evaluate("document.querySelector('#logs').scrollIntoView()")
        page.wait_for_selector("#logs[data-loaded]", timeout=60000)
        if own.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
        page.wait_for_selector("#waterfall[data-ready]", timeout=60000)
    own.first.click()
    page.wait_for_selector(".log-event .line")
    say(way=[camera_page, trace_page, page.url], line=page.inner_text(".log-event .line"))


profile, process, endpoint = start()
errors = []
try:
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(endpoint)
        url, verb, *rest = sys.argv[1:]
        page = browser.contexts[0].new_page()
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.on("dialog", lambda d: (errors.append("dialog " + d.message), d.dismiss()))
        if verb == "check":
            check(page, url)
        elif verb == "wait":
            camera, state, seconds = rest
            page.goto(url)
            selector = f'[data-camera="{camera}"][data-state="{state}"]'
            page.wait_for_selector(selector, timeout=float(seconds) * 1000)
            colour = page.eval_on_selector(selector + " .state", "e => getComputedStyle(e).color")
            say(camera=camera, state=state, colour=colour, text=page.inner_text(selector))
        elif verb == "lost":
            lost(page, url, *rest)
            errors.clear()  # a browser tells of each request that failed
        elif verb == "logs":
            logs(page, url, *rest)
        elif verb == "trace":
            trace(page, url, *rest)
        elif verb == "typing":
            typing(page, url, *rest)
        elif verb == "clicks":
            clicks(page, url, *rest)
        elif verb == "read":
            page.goto(url + "/messages")
            page.click("details summary")
            page.wait_for_timeout(3500)
            say(stayed_open=page.eval_on_selector("details", "e => e.open"), pulse=page.inner_text(".pulse"))
            page.set_viewport_size({"width": 360, "height": 800})
            page.goto(url + "/logs")
            page.wait_for_selector(".log .message")
            width = page.eval_on_selector(".log .message", "e => e.getBoundingClientRect().width")
            say(readable=width > 280 and page.evaluate("document.documentElement.scrollWidth") <= 360)
            page.fill("input[name=start]", "2020-01-01T00:00:00")
            chosen = page.eval_on_selector("select[name=since]", "e => e.value")
            page.click("button.go")
            page.wait_for_selector(".log .message")
            say(typed_start=chosen == "" and "2020-01-01 00" in page.input_value("input[name=start]"))
            page.goto(url + "/cameras/cam-1")
            page.wait_for_selector("[data-loaded=yes]")
            say(charts_told=page.eval_on_selector(".plot", "e => e.getAttribute('aria-label')"))
            page.fill("form.range input[name=start]", "2020-01-01T00:00:00")
            page.fill("form.range input[name=end]", "2020-01-01T01:00:00")
            page.click("form.range button:not(.pick)")
            page.wait_for_load_state()
            say(range=page.url.split("?")[-1], typed=page.input_value("form.range input[name=start]"))
        elif verb == "links":
            path, selector = rest
            page.goto(url + path)
            page.wait_for_selector(selector, state="attached", timeout=30000)
            say(links=page.eval_on_selector_all(selector, "all => all.map(e => [e.getAttribute('href'), e.getAttribute('aria-label')])"))
        elif verb == "shot":
            path, file, width, height, *theme = rest
            page.emulate_media(color_scheme=theme[0] if theme else "light")
            page.set_viewport_size({"width": int(width), "height": int(height)})
            page.goto(url + path)
            page.wait_for_timeout(3000)
            page.screenshot(path=file)
        say(errors=errors)
finally:
    process.kill()
    process.wait()
    profile.cleanup()
