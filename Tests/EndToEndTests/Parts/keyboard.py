#!/usr/bin/env python3
"""Goes through the pages with Tab, Enter and arrows alone, as who has no mouse.

keyboard.py URL CAMERA    from the overview to the row of the camera in trouble and its actions, while live data comes; to its
                          page and the line that explains it, a line of the logs, a trace, a silence, a range; and once
                          round every page, where the focus is seen and never held
"""
import sys

from chromium import browser, say

FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const link = e.getAttribute('href');
  // Scripts may have made an address whole.
  const href = link && (link.startsWith('http') ? link.slice(location.origin.length) : link);
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return { tag: e.tagName, text: (e.innerText || e.ariaLabel || e.value || e.title || '').slice(0, 60), href,
    name: e.getAttribute('name'), width: box.width, height: box.height, y: box.top,
    seen: style.outlineStyle !== 'none' && style.outlineWidth !== '0px' || e.matches('svg a, body, main')
      || style.boxShadow !== 'none' };
}"""


def tab_to(page, wanted, limit=400):
    """Presses Tab until the focus is where it is wanted."""
    met = []
    for count in range(limit):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUS)
        if here and wanted(here):
            return count + 1, here
        met.append(here and here["text"])
    sys.exit(f"no way by Tab on {page.url}: {met[:80]}")


def follow(page, wanted):
    count, here = tab_to(page, wanted)
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before, timeout=15000)
    page.wait_for_load_state()
    say(step=page.url, presses=count, by=here["text"])


def fault(page, camera):
    """The actions of a row: each is reached in its order, seen, and has the focus still when live data came."""
    row = page.locator(f'[data-fault="camera {camera}"]')
    within = """() => document.activeElement.closest("[data-fault]")?.dataset.fault ?? null"""

    def seen_action(name):
        def wanted(here):
            return here["text"] == name and page.evaluate(within) == f"camera {camera}"
        count, here = tab_to(page, wanted)
        return here["seen"]

    seen = [seen_action("probe now")]
    page.keyboard.press("Enter")
    page.wait_for_function("camera => document.querySelector(`[data-fault='camera ${camera}'] output`).textContent", arg=camera)
    page.wait_for_timeout(5000)
    kept = [page.evaluate(FOCUS)["text"]]
    seen += [seen_action(name) for name in ["logs from then", "traces from then", "chart", "silence 1 h", "acknowledge"]]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("guard 7")
    page.wait_for_timeout(5000)
    kept += [page.evaluate("document.activeElement.name"), page.evaluate("document.activeElement.value")]
    # Out of the form, and back over the row by the other direction.
    for _ in range(4):
        page.keyboard.press("Tab")
    out = page.evaluate("document.activeElement.name ?? null")
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        here = page.evaluate(FOCUS)
        if here and here["href"] == f"/cameras/{camera}":
            break
    say(row=[row.count(), here["text"]], seen=seen, kept=kept, out=out)


def leads(prefix):
    return lambda here: (here["href"] or "").startswith(prefix)


def rounds(page, url, paths):
    """Whether Tab comes round, and what has the focus unseen."""
    for path in paths:
        page.goto(url + path)
        page.wait_for_timeout(500)
        stops, unseen = 0, []
        same = 0
        last = None
        for _ in range(120):
            page.keyboard.press("Tab")
            here = page.evaluate(FOCUS)
            if here is None:
                break
            same = same + 1 if here == last else 0
            last = here
            stops += 1
            if not here["seen"]:
                unseen.append([here["tag"], here["text"], here["href"]])
            if same > 8:
                break
        say(path=path, stops=stops, trapped=same > 8, unseen=unseen[:10])


def main(url, camera):
    with browser() as (_, page, errors):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(url + "/")
        page.wait_for_timeout(1000)
        # The first stop leads over the navigation.
        page.keyboard.press("Tab")
        first = page.evaluate(FOCUS)
        page.keyboard.press("Enter")
        say(skip=first["href"], focus=page.evaluate("document.activeElement.id"))
        # A row can be silenced once one of its alerts fires.
        page.wait_for_selector(f'[data-fault="camera {camera}"] [action="/faults/silence"]', timeout=90000)
        fault(page, camera)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/cameras/{camera}")
        page.wait_for_selector(".explain-line", timeout=60000)
        count, here = tab_to(page, lambda here: here["href"] and "/logs/event?" in here["href"])
        page.keyboard.press("Enter")
        page.wait_for_selector(".log-event .line", timeout=15000)
        say(step=page.url, presses=count, by=here["text"])
        page.goto(url + "/cameras/" + camera)
        page.wait_for_timeout(500)
        follow(page, leads("/logs?"))
        count, here = tab_to(page, leads("/logs/event"))
        page.keyboard.press("Enter")
        page.wait_for_selector("tr.detail .log-facts", timeout=15000)
        say(step="a line of the log", presses=count, by=here["text"])
        page.goto(url + "/traces")
        page.wait_for_timeout(500)
        tab_to(page, lambda here: here["name"] == "since")
        page.keyboard.press("ArrowDown")
        say(range=page.evaluate("document.activeElement.value"))
        follow(page, leads("/traces/"))
        page.goto(url + "/silences")
        tab_to(page, lambda here: here["name"] == "matchers")
        page.keyboard.type(f'camera_id="{camera}"')
        for name, text in [("createdBy", "guard"), ("comment", "by keys")]:
            if page.locator(f"[name={name}]").count():
                tab_to(page, lambda here: here["name"] == name)
                page.keyboard.type(text)
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        page.wait_for_timeout(500)
        say(silenced=f'camera_id="{camera}"' in page.inner_text("main"))
        rounds(page, url, ["/", "/cameras/" + camera, "/alerts", "/silences", "/logs", "/traces", "/dashboards/system-overview",
                           "/report", "/status", "/graph?g0.expr=up&g1.expr=up&g1.tab=1", "/cameras?view=wall", "/alerts/maintenance"])
        say(errors=errors)


main(*sys.argv[1:])
