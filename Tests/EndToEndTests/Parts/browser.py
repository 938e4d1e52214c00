#!/usr/bin/env python3
"""Opens the demo's pages in a real Chromium and tells what it sees, one JSON line a step.

browser.py URL check        opens every page: texts, errors of the console, panels drawn
browser.py URL wait CAMERA STATE SECONDS   waits, without reloading, until the tile of CAMERA has STATE
browser.py URL shot PATH FILE WIDTH HEIGHT [dark]
"""
import json
import subprocess
import sys
import tempfile

from playwright.sync_api import sync_playwright


def start():
    profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    process = subprocess.Popen(
        ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
         f"--user-data-dir={profile.name}", "about:blank"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    for line in process.stderr:
        if "DevTools listening on" in line:
            return profile, process, line.split()[-1]
    sys.exit("chromium did not start")


def say(**facts):
    print("saw", json.dumps(facts), flush=True)


def check(page, url):
    page.goto(url)
    page.wait_for_selector("[data-camera]")
    cameras = page.eval_on_selector_all("[data-camera]", "all => all.map(e => [e.dataset.camera, e.dataset.state, e.innerText])")
    say(page="/", cameras=cameras, title=page.title())
    for path in ["/alerts", "/logs", "/dashboards", "/messages", "/status", "/cameras/" + cameras[0][0]]:
        page.goto(url + path)
        say(page=path, heading=page.inner_text("h1"))
    page.goto(url + "/dashboards")
    links = page.eval_on_selector_all("main .grid a", "all => all.map(e => e.getAttribute('href'))")
    for link in links:
        page.goto(url + link)
        page.wait_for_selector("[data-loaded=yes]", timeout=30000)
        panels = page.eval_on_selector_all(
            "[data-panel]",
            "all => all.map(e => [e.getAttribute('aria-label'), e.dataset.state, e.innerText.slice(0, 200),"
            " e.querySelectorAll('canvas,.value').length])")
        say(page=link, panels=panels)


profile, process, endpoint = start()
errors = []
try:
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(endpoint)
        url, verb, *rest = sys.argv[1:]
        page = browser.contexts[0].new_page()
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: errors.append(str(e)))
        if verb == "check":
            check(page, url)
        elif verb == "wait":
            camera, state, seconds = rest
            page.goto(url)
            selector = f'[data-camera="{camera}"][data-state="{state}"]'
            page.wait_for_selector(selector, timeout=float(seconds) * 1000)
            colour = page.eval_on_selector(selector + " .state", "e => getComputedStyle(e).color")
            say(camera=camera, state=state, colour=colour, text=page.inner_text(selector))
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
            say(typed_start=chosen == "" and "2020-01-01T00" in page.input_value("input[name=start]"))
            page.goto(url + "/cameras/cam-1")
            page.wait_for_selector("[data-loaded=yes]")
            say(charts_told=page.eval_on_selector(".plot", "e => e.getAttribute('aria-label')"))
            page.fill("form.range input[name=start]", "2020-01-01T00:00:00")
            page.fill("form.range input[name=end]", "2020-01-01T01:00:00")
            page.click("form.range button")
            say(range=page.url.split("?")[-1], typed=page.input_value("form.range input[name=start]"))
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
