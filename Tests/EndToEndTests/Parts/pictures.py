#!/usr/bin/env python3
"""Compares how pages look, and what a screen reader is told of them, with what was kept.

pictures.py pictures CALM BROKEN FOLDER [make]   pictures of the pages of two sites, with Parts/pictures; those that differ are
    left in FOLDER
pictures.py trees CALM BROKEN FOLDER [make]   their accessibility trees, with Parts/trees

With "make" what is seen is kept. Digits are all the same in both, as times are others each time; what depends on the day
is hidden. Pictures are compared by the mean colours of squares, so that letters may be drawn a little otherwise.
"""
import difflib
import io
import os
import re
import sys
import urllib.parse

from PIL import Image, ImageChops, ImageDraw

from chromium import browser, say

HERE = os.path.dirname(os.path.abspath(__file__))
SQUARE = 8
# Of 255, in any of the three colours; and of how many squares.
TOLERANCE = 24
ENOUGH = 3
SIZES = [(360, 1600), (1280, 1200), (3840, 1400)]
CAMERA = "/cameras/" + urllib.parse.quote("Cổng phía Bắc, bãi đỗ xe tầng hầm số 2", safe="")
PAGES = [("overview-calm", "calm", "/"), ("overview-broken", "broken", "/"), ("camera", "broken", CAMERA),
         ("alerts", "broken", "/alerts"), ("logs", "broken", "/logs?query="), ("traces", "broken", "/traces"),
         ("explore", "calm", "/graph?g0.expr=up&g1.expr=up&g1.tab=1")]
TREES = PAGES + [("camera-calm", "calm", "/cameras/cam-1"), ("silences", "broken", "/silences")]

STYLE = """
*, ::before, ::after { animation: none !important; transition: none !important; caret-color: transparent !important; }
.footage-days, .calendar, canvas, .pulse, footer, .scatter, .histogram svg { visibility: hidden !important; }
::-webkit-scrollbar { display: none; }
"""
MASK = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    // Soon after midnight a time has its day, too.
    walker.currentNode.data = walker.currentNode.data.replace(/\\d/g, "0").replace(/(?<!0000-)00-00 (?=00:00)/g, "");
  }
  for (const field of document.querySelectorAll("input:not([type=hidden])")) field.value = field.value.replace(/\\d/g, "0");
  document.activeElement?.blur();
}"""


def answer(route):
    """Charts are empty, nothing else is known, and the stream never opens."""
    if "/api/v1/query" in route.request.url:
        kind = "matrix" if "query_range" in route.request.url else "vector"
        route.fulfill(json={"status": "success", "data": {"resultType": kind, "result": []}})
    else:
        route.abort()


def opened_page(chromium):
    context = chromium.new_context(timezone_id="UTC", locale="en-US", reduced_motion="reduce", bypass_csp=True)
    # A page that hears nothing would ask for itself again after some seconds, and say so.
    context.add_init_script("window.setInterval = () => 0; window.Worker = class { addEventListener() {} };")
    page = context.new_page()
    page.route("**/api/**", answer)
    return page


# A panel that loads makes room for others, which come into sight then.
SETTLED = """() => [...document.querySelectorAll("[data-panel]")].every((panel) => {
  const { top, bottom } = panel.getBoundingClientRect();
  return panel.dataset.state || bottom < 0 || top > innerHeight + 90;
})"""


def go(page, url, size=(1280, 1200)):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(url)
    if page.locator("[data-dashboard]").count():
        page.wait_for_selector("[data-loaded=yes]", timeout=15000)
        page.wait_for_function(SETTLED, timeout=15000)
    page.evaluate("document.fonts.ready.then(() => 0)")


def areas(differing):
    """The squares that differ, as boxes of those that touch."""
    left, boxes = set(differing), []
    while left:
        ahead, box = [left.pop()], []
        while ahead:
            x, y = ahead.pop()
            box.append((x, y))
            for near in [(x + i, y + j) for i in (-2, -1, 0, 1, 2) for j in (-2, -1, 0, 1, 2)]:
                if near in left:
                    left.remove(near)
                    ahead.append(near)
        xs, ys = [x for x, _ in box], [y for _, y in box]
        boxes.append((len(box), min(xs), min(ys), max(xs) + 1, max(ys) + 1))
    return sorted(boxes, reverse=True)


def small(shot, width):
    """As it is kept: no wider than is needed to see what is where."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    return picture.reduce(2) if width > 2000 else picture


def compare(page, picture, kept, scale):
    if picture.size != kept.size:
        return [f"it is {picture.size}, and was {kept.size}"], []
    difference = ImageChops.difference(picture.reduce(SQUARE), kept.reduce(SQUARE))
    wide = difference.size[0]
    differing = [(i % wide, i // wide) for i, colour in enumerate(difference.getdata()) if max(colour) > TOLERANCE]
    if len(differing) < ENOUGH:
        return [], []
    told, boxes = [], []
    for count, *box in areas(differing)[:5]:
        x0, y0, x1, y1 = [side * SQUARE for side in box]
        boxes.append((x0, y0, x1, y1))
        element = page.evaluate("""([x, y]) => {
          const e = document.elementFromPoint(x, y);
          return e ? e.tagName.toLowerCase() + (e.className ? "." + e.className : "") + " " + e.innerText?.slice(0, 40) : "";
        }""", [(x0 + x1) / 2 * scale, (y0 + y1) / 2 * scale])
        told.append(f"{count} squares in {x0},{y0} to {x1},{y1}: {element}")
    return told, boxes


def pictures(chromium, sites, folder, makes):
    page = opened_page(chromium)
    for name, site, path in PAGES:
        for width, height in SIZES:
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
            go(page, sites[site] + path, (width, height))
            page.add_style_tag(content=STYLE)
            page.evaluate(MASK)
            for theme in ["light", "dark"]:
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                picture(page, f"{name}-{width}-{theme}", width, folder, makes)


def picture(page, name, width, folder, makes):
    seen = small(page.screenshot(), width)
    file = f"{HERE}/pictures/{name}.png"
    if makes:
        seen.quantize(40, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, optimize=True)
    kept = Image.open(file).convert("RGB") if os.path.exists(file) else Image.new("RGB", (1, 1))
    told, boxes = compare(page, seen, kept, 2 if width > 2000 else 1)
    left = None
    if told:
        os.makedirs(folder, exist_ok=True)
        left = f"{folder}/{name}.png"
        for box in boxes:
            ImageDraw.Draw(seen).rectangle(box, outline=(255, 0, 255), width=2)
        seen.save(left)
    say(name=name, differs=told, left=left)


def trees(chromium, sites, folder, makes):
    page = opened_page(chromium)
    for name, site, path in TREES:
        go(page, sites[site] + path)
        page.evaluate("document.querySelectorAll('.footage-days, .calendar').forEach(e => e.remove())")
        tree = urllib.parse.unquote(page.locator("body").aria_snapshot())
        # Times, which have their day soon after midnight, and numbers, but for the levels of headings.
        tree = re.sub(r"(?<!\d-)\b\d\d-\d\d (?=\d\d:\d\d)", "", tree)
        tree = re.sub(r"(?<!level=)(?<![0-9a-f])[0-9a-f]{16,}|(?<!level=)\d[\d:.,-]*\d|(?<!level=)\d", "#", tree) + "\n"
        file = f"{HERE}/trees/{name}.txt"
        if makes:
            open(file, "w").write(tree)
        kept = open(file).read() if os.path.exists(file) else ""
        say(name=name, differs=list(difflib.unified_diff(kept.splitlines(), tree.splitlines(), "kept", "seen", lineterm="", n=1))[:60])


def main(what, calm, broken, folder, *rest):
    for kind in ["pictures", "trees"]:
        os.makedirs(f"{HERE}/{kind}", exist_ok=True)
    with browser() as (chromium, _, errors):
        {"pictures": pictures, "trees": trees}[what](chromium, {"calm": calm, "broken": broken}, folder, "make" in rest)
    print("all was seen")


main(*sys.argv[1:])
