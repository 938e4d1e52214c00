#!/usr/bin/env python3
"""Looks at dashboards of every shape in a real Chromium, and tells what is not as it should be, one JSON line each.

dashboard_pages.py URL variable_cases.json
"""
import json
import os
import sys
import time
import urllib.parse

os.environ["TZ"] = "UTC"

from chromium import browser, say

PANELS = """all => all.map((e) => ({
  title: e.querySelector(".title").textContent, state: e.dataset.state ?? "", note: e.querySelector(".empty-note").innerText,
  box: [e.offsetLeft, e.offsetTop, e.offsetWidth, e.offsetHeight], canvas: e.querySelectorAll("canvas").length,
  legend: [...e.querySelectorAll(".legend button.series")].map((one) => one.innerText), links: [...e.querySelectorAll(".panel-links a")].map((one) => one.href),
}))"""

CASES = """async ({ definitions, address, answers, rows }) => {
  const home = document.querySelector('link[href$="/say.js"]').href.replace(/say\\.js$/, "");
  const { Variables } = await import(home + "variables.js");
  const asked = [];
  const ask = async (path, { start, end, time, ...fields }) => {
    const key = [path, ...Object.values(fields)].join(" ");
    asked.push(key);
    if (!(key in answers)) throw new Error(`nobody answers ${key}`);
    return answers[key];
  };
  const variables = new Variables(definitions, { range: () => ({ start: 1000, end: 4600 }), ask, address: new URLSearchParams(address), dashboard: { title: "Board", uid: "b" } });
  await variables.resolve();
  const problems = variables.list.filter((one) => one.problem).map((one) => `${one.name}: ${one.problem}`);
  const query = new URLSearchParams();
  variables.writeAddress(query);
  return { problems, query: String(query), asked, got: rows.map(([text, format]) => variables.text(text, format || "promql", { step: 20 })) };
}"""


def check(what, is_so, seen=""):
    if not is_so:
        say(wrong=what, seen=str(seen)[:600])


class Site:
    def __init__(self, url, page):
        self.url, self.page = url, page

    def open(self, board, address=""):
        self.page.goto(f"{self.url}/dashboards/{board}{address}")
        self.page.wait_for_selector("[data-loaded=yes]", timeout=30000)
        return self.panels()

    def panels(self):
        return self.page.eval_on_selector_all("[data-panel]", PANELS)

    def fields(self):
        return urllib.parse.parse_qs(urllib.parse.urlparse(self.page.url).query)

    def until(self, what, condition):
        for _ in range(100):
            if condition():
                return
            time.sleep(0.1)
        check(what, False, self.page.url)


def variables(site, path):
    site.page.goto(site.url + "/dashboards")
    for case in json.load(open(path, encoding="utf-8")):
        found = site.page.evaluate(CASES, case)
        check(case["is"] + ": options", found["problems"] == case.get("problems", []), found)
        check(case["is"] + ": address", found["query"] == case["query"], found["query"])
        for (text, form, wanted), got in zip(case["rows"], found["got"]):
            check(f"{case['is']}: {text} as {form}", got == wanted, f"{got}, should be {wanted}")


def shapes(site):
    old = site.open("rows")
    check("rows of old files are panels", [p["title"] for p in old] == ["left", "right", "below"] and [p["state"] for p in old] == ["drawn", "drawn", ""], old)
    check("they stand beside each other", old[0]["box"][1] == old[1]["box"][1] and old[0]["box"][0] < old[1]["box"][0], old)
    for board in ["wrapped", "second", "day", "hours", "month", "half", "same", "same-b"]:
        panels = site.open(board)
        check(f"{board} is drawn", len(panels) == 1 and panels[0]["state"] == "drawn" and panels[0]["canvas"] == 1, panels)
    check("a time of the file is in the address", site.open("day") and site.fields()["from"] == ["now/d"], site.page.url)
    chained = site.open("chained")
    check("a variable is resolved after what it names", chained[0]["title"] == "Load of 10.0.0.5:9121" and chained[0]["state"] == "drawn", chained)
    check("one without values says so", "no values" in site.page.inner_text("[data-variable=nothing]"), site.page.inner_text("form.range"))
    site.page.select_option("select[aria-label=job]", "else")
    site.until("what depends on a variable follows it", lambda: site.panels()[0]["title"] == "Load of other")
    check("the address has them", site.fields()["var-job"] == ["else"] and site.fields()["var-host"] == ["other"], site.page.url)


def every(site):
    panels = site.open("every")
    check("all is escaped for the expression and for its text", len(panels[0]["legend"]) == 3, panels[0])
    each = panels[1:4]
    check("a panel stands once for each value", [p["title"] for p in panels] == ["Load"] + ["One each"] * 3 + ["Below"] and all(len(p["legend"]) == 1 for p in each), panels)
    check("two of them in a row", each[0]["box"][1] == each[1]["box"][1] < each[2]["box"][1] < panels[4]["box"][1], [p["box"] for p in panels])
    site.page.click("[data-variable=host] summary")
    for value in ["10.0.0.5:9121", "other"]:
        site.page.check(f".choices-list input[value='{value}']")
    site.page.keyboard.press("Escape")
    site.until("several values are chosen", lambda: len(site.panels()) == 4)
    check("their address is Grafana's", site.fields()["var-host"] == ["10.0.0.5:9121", "other"], site.page.url)
    site.open("every", "?var-host=other")
    check("an address chooses", len(site.panels()[0]["legend"]) == 1, site.page.url)


def headings(site):
    panels = site.open("headings")
    check("what is below a closed heading is not loaded", [p["state"] for p in panels] == ["drawn", "drawn", ""], panels)
    check("the grid is Grafana's", panels[0]["box"][2] == panels[1]["box"][2] and panels[0]["box"][3] == 8 * 38 - 8, panels)
    check("headings have their variables", site.page.locator("details summary").first.inner_text() == "Open for all", "")
    site.page.click("summary:has-text('Closed')")
    site.until("an opened heading loads its panels", lambda: site.panels()[2]["state"] == "drawn")
    site.page.set_viewport_size({"width": 360, "height": 800})
    boxes = [p["box"] for p in site.panels()]
    check("narrow pages have one column", boxes[0][0] == boxes[1][0] and boxes[0][1] < boxes[1][1], boxes)
    check("nothing is wider than the page", site.page.evaluate("document.documentElement.scrollWidth") <= 360, "")
    site.page.set_viewport_size({"width": 1280, "height": 800})


def links(site):
    panels = site.open("links", "?from=now-5m&to=now")
    check("a panel has its links", panels[0]["links"] == ["https://example.test/night"], panels)
    above = site.page.eval_on_selector_all(".board-links a", "all => all.map((e) => e.getAttribute('href'))")
    check("links above the panels, and none that runs something", len(above) == 1 and above[0].endswith("/dashboards/half?from=now-5m&to=now"), above)
    check("annotations can be switched", site.page.locator(".mark-switch", has_text="reloads").count() == 1, "")
    notes = [p["note"] for p in site.open("empty")]
    check("an empty panel says why", "Never seen" in notes[0] and "never_seen_total" in notes[0] and "no data" in notes[1] and "Nothing" in notes[2], notes)


def charts(site):
    page = site.page
    site.open("charts", "?from=now-5m&to=now")
    first = page.locator(".plot").first
    box = first.bounding_box()
    middle = box["y"] + 60
    page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=4)
    tip = page.locator(".tip:visible")
    site.until("a tip shows", lambda: tip.count() == 1)
    words = tip.inner_text()
    check("the tip has the moment and all values", ":" in words.split("\n")[0] and "other" in words and "10.0.0.5:9121" in words, words)
    check("the cursor is in all charts", page.evaluate("[...document.querySelectorAll('.u-cursor-x')].every((e) => !e.classList.contains('u-off'))"), "")
    pressed = lambda: page.eval_on_selector_all("[data-panel]:first-child .legend button.series", "all => all.map((e) => e.getAttribute('aria-pressed'))")
    page.locator(".legend button.series").first.click()
    check("a click shows one alone", pressed() == ["true", "false", "false"], pressed())
    page.locator(".legend button.series").first.click()
    page.locator(".legend button.series").first.click(modifiers=["Shift"])
    check("shift takes one away", pressed() == ["false", "true", "true"], pressed())
    check("a table has calculations", "Min" in page.inner_text(".legend thead") and "9" in page.inner_text(".legend tbody"), page.inner_text(".legend"))
    page.mouse.move(box["x"] + box["width"] * 0.6, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=5)
    page.mouse.up()
    site.until("a drag zooms", lambda: site.fields()["to"] != ["now"])
    page.go_back()
    site.until("Back undoes it", lambda: site.fields()["from"] == ["now-5m"] and site.fields()["to"] == ["now"])
    site.until("all series are there again", lambda: len(pressed()) == 3)

    def zooms_out():
        # Two clicks that a new drawing parts are none.
        page.mouse.dblclick(box["x"] + box["width"] * 0.5, middle)
        page.wait_for_timeout(500)
        return site.fields()["to"] != ["now"]

    site.until("a double click zooms out", zooms_out)
    fields = site.fields()
    check("twice as far", 550_000 < int(fields["to"][0]) - int(fields["from"][0]) < 650_000, fields)
    page.mouse.move(1, 1)
    first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    site.until("the keyboard's cursor speaks", lambda: page.locator(".unseen[aria-live=polite]").count() == 1 and ":" in page.inner_text(".unseen"))
    check("and shows its tip", tip.count() == 1, "")
    page.keyboard.press("Escape")
    check("Escape leaves", tip.count() == 0, "")


def touched(opened, site):
    context = opened.new_context(viewport={"width": 400, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(site.url + "/dashboards/charts?from=now-5m&to=now")
    page.wait_for_selector("[data-loaded=yes]", timeout=30000)
    box = page.locator(".plot").first.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.9, box["y"] + 60)
    page.wait_for_timeout(300)
    check("a touch shows the values", page.locator(".tip:visible").count() == 1 and "other" in page.inner_text(".tip:visible"), "")
    context.close()


def many(site):
    requests = []
    site.page.on("request", lambda request: requests.append(request.url) if "/api/" in request.url else None)
    begun = time.monotonic()
    panels = site.open("many")
    took = time.monotonic() - begun
    drawn = sum(p["state"] == "drawn" for p in panels)
    check("panels load in sight only", len(panels) == 125 and 15 <= drawn < 60, drawn)
    before = len(requests)
    site.page.wait_for_timeout(10_000)
    check("a page spares the server", before + (len(requests) - before) * 5 < 300, [before, len(requests)])
    say(first_screen_s=round(took, 2), drawn=drawn, requests=len(requests))


def heavy(site):
    """Twenty panels of fifty series, whose answers are made here: what counts is the drawing."""
    took = site.page.evaluate("""async () => {
      const home = document.querySelector('link[href$="/say.js"]').href.replace(/say\\.js$/, "");
      const { Chart } = await import(home + "chart.js");
      const end = Math.floor(Date.now() / 1000), values = Array.from({ length: 2000 }, (_, i) => [end - 2000 + i, String(i * 37 % 101)]);
      const result = Array.from({ length: 50 }, (_, i) => ({ metric: { i: String(i) }, values: values.map(([time, value]) => [time, String(Number(value) + i)]) }));
      const main = document.querySelector("main");
      const charts = Array.from({ length: 20 }, (_, i) => {
        const panel = document.createElement("section"), plot = document.createElement("div");
        plot.className = "plot";
        plot.style.width = "600px"; plot.style.height = "200px";
        panel.append(plot);
        main.append(panel);
        return new Chart(plot, { title: String(i), targets: [{ refId: "A", expr: "x", legendFormat: "{{i}}" }], field: {} });
      });
      const context = { stepOf: () => 1, query: async () => ({ resultType: "matrix", result }), substitute: (text) => text, text: (text) => text };
      const begun = performance.now();
      await Promise.all(charts.map((chart) => chart.load({ start: end - 2000, end }, context)));
      await Promise.resolve();
      return [Math.round(performance.now() - begun), Math.round(performance.memory.usedJSHeapSize / 1e6), document.querySelectorAll("canvas").length];
    }""")
    say(drawn_ms=took[0], heap_mb=took[1])
    check("twenty charts of fifty series are drawn soon", took[0] < 5_000 and took[1] < 150, took)


def main(url, cases):
    with browser() as (opened, page, errors):
        page.set_viewport_size({"width": 1280, "height": 800})
        site = Site(url, page)
        variables(site, cases)
        for part in (shapes, every, headings, links, charts):
            part(site)
        touched(opened, site)
        many(site)
        heavy(site)
        say(errors=errors)


main(*sys.argv[1:])
