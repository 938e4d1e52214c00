#!/usr/bin/env python3
"""The page of a camera in a real Chromium, and the ways that lead there.

camera_page.py URL line CAMERA   from the overview's row of a camera in trouble to the line that explains it: where each click
    leads, and what the line says
camera_page.py URL trace CAMERA   the same to its first failed trace, and a line of that
camera_page.py URL look CAMERA   its bands, what a drag over them does to the page, its picture, and how wide it is at each size
"""
import sys
import time

from chromium import browser, say


def until(page, expression, seconds=30):
    """Waits until it is true; the policy of the pages lets nothing be evaluated from within."""
    deadline = time.time() + seconds
    while not page.evaluate(expression):
        if time.time() > deadline:
            sys.exit(f"never: {expression}")
        page.wait_for_timeout(200)


def to_camera(page, url, camera):
    page.goto(url)
    page.click(f".wrong a:text-is('{camera}')", timeout=60000)
    page.wait_for_selector("[data-band]")


def line(page, url, camera):
    to_camera(page, url, camera)
    page.wait_for_selector(".explain-line", timeout=60000)
    text = page.inner_text(".explain-line")
    first = page.url
    page.click(".explain-line")
    page.wait_for_selector(".log-event .line")
    say(way=[first, page.url], text=text, line=page.inner_text(".log-event .line"))


def trace(page, url, camera):
    to_camera(page, url, camera)
    page.wait_for_selector(".explain-trace a", timeout=60000)
    first = page.url
    page.click(".explain-trace a")
    page.wait_for_selector("#waterfall[data-ready]", timeout=60000)
    second = page.url
    page.evaluate("document.querySelector('#logs').scrollIntoView()")
    page.wait_for_selector("#logs tr[data-event]", timeout=60000)
    page.click("#logs tr[data-event] a.open >> nth=0")
    page.wait_for_selector(".log-event .line")
    say(way=[first, second, page.url], line=page.inner_text(".log-event .line"))


def segments(page):
    return page.eval_on_selector_all(".lane g title", "all => all.map(e => e.textContent)")


def look(page, url, camera):
    here = f"{url}/cameras/{camera}"
    page.goto(here + "?from=now-5m&to=now")
    page.wait_for_selector("[data-loaded=yes]", timeout=60000)
    say(lanes=page.eval_on_selector_all(".lane-name", "all => all.map(e => e.textContent)"), parts=segments(page),
        summary=page.inner_text(".band-words summary"))

    # What is open stays open while the page asks for itself.
    page.click(".band-words summary")
    page.wait_for_timeout(7000)
    say(open=page.eval_on_selector(".band-words", "e => e.open"), rows=page.inner_text(".band-words table"))

    box = page.locator(".lanes .lane >> nth=0").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 8, steps=6)
    page.mouse.up()
    until(page, "new URL(location.href).searchParams.get('to') !== 'now'")
    fields = page.evaluate("Object.fromEntries(new URL(location.href).searchParams)")
    until(page, f"Math.abs(Number(document.querySelector('.lanes').dataset.start) - {int(fields['from'])}) < 1000")
    say(zoom=[int(fields["from"]), int(fields["to"])],
        shown=page.eval_on_selector(".lanes", "e => [Number(e.dataset.start), Number(e.dataset.end)]"))

    # Back shows what was shown before: in the address, the fields and the bands; Forward goes there again.
    length = "(e => Number(e.dataset.end) - Number(e.dataset.start))(document.querySelector('.lanes'))"
    page.go_back()
    until(page, f"Math.abs({length} - 300000) < 1000")
    back = page.evaluate("[new URL(location.href).searchParams.get('to'), document.forms[0].elements.span.value]")
    page.go_forward()
    until(page, f"Math.abs({length} - 75000) < 5000")
    say(back=back, forward=page.evaluate("new URL(location.href).searchParams.get('from')") == fields["from"])

    page.goto(here)
    page.wait_for_selector("[data-loaded=yes]", timeout=60000)
    page.click("a[data-picture]")
    until(page, "document.querySelector('.camera-picture img').naturalWidth > 0")
    say(caption=page.inner_text(".camera-picture figcaption"), utc=page.get_attribute(".camera-picture figcaption", "title"))
    say(picture=page.eval_on_selector(".camera-picture img", "e => [e.naturalWidth, e.naturalHeight]"),
        alt=page.get_attribute(".camera-picture img", "alt"))

    wide = {}
    for address in ["?from=now-5m&to=now", "?with=cam-1&from=now-5m&to=now"]:
        for width in [360, 1280, 3840]:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(here + address)
            page.wait_for_selector("[data-loaded=yes]", timeout=60000)
            wide[f"{address} {width}"] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    say(wide=wide, bands=page.locator("[data-band]").count())


with browser() as (_, page, errors):
    url, verb, *rest = sys.argv[1:]
    {"line": line, "trace": trace, "look": look}[verb](page, url, *rest)
    say(errors=errors)
