#!/usr/bin/env python3
"""Looks at dashboards of every shape in a real Chromium, and tells what is not as it should be, one JSON line each.

dashboard_pages.py URL variable_cases.json SECONDS   until a first screen is there
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
  // Another time leaves what is chosen.
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
            # Unlike a sleep, this hears of what the page does meanwhile.
            self.page.wait_for_timeout(100)
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
    # Whatever is drawn between them, two clicks are a double click.
    page.mouse.click(box["x"] + box["width"] * 0.5, middle)
    page.evaluate("() => { const plot = document.querySelector('.plot'); plot.replaceChildren(...plot.childNodes); document.dispatchEvent(new Event('themechange')); }")
    page.mouse.click(box["x"] + box["width"] * 0.5, middle)
    site.until("a double click zooms out", lambda: site.fields()["to"] != ["now"])
    fields = site.fields()
    check("twice as far", 550_000 < int(fields["to"][0]) - int(fields["from"][0]) < 650_000, fields)
    keyboard(site, first, tip)


def keyboard(site, first, tip):
    page = site.page
    spoken = lambda: page.inner_text(".unseen[aria-live]")
    # Longer than there are samples: a young server's time begins with its first one.
    site.open("charts", "?from=now-30d&to=now")
    page.mouse.move(1, 1)
    first.focus()
    page.keyboard.press("Home")
    age = "(Date.now() - Date.parse(document.querySelector('.tip:not([hidden]) .tip-time').textContent.replace(/ UTC$/, 'Z').replace(' ', 'T'))) / 1000"
    site.until("the keyboard's cursor speaks", lambda: page.locator(".unseen[aria-live]").count() == 1 and ":" in spoken())
    check("a young server begins with its first sample", 0 < page.evaluate(age) < 3600, spoken())
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    site.until("it tells alerts and values", lambda: "alerts: Always" in spoken() and "other 9" in spoken() and "10.0.0.5:9121 1.5" in spoken())
    check("and shows its tip, the greatest first", tip.count() == 1 and tip.locator(".tip-row").first.inner_text().split() == ["other", "9"], tip.all_inner_texts())
    check("and where it leads on", "Enter" in tip.inner_text(), tip.inner_text())
    page.keyboard.press("Enter")
    link = page.evaluate("[document.activeElement.textContent, document.activeElement.getAttribute('href') ?? '']")
    moment = dict(urllib.parse.parse_qsl(urllib.parse.urlparse(link[1]).query))
    check("links of a series are reached by keys", link[0] == "more of other" and moment.get("g0.expr") == "other" and moment.get("v") == "9" and abs(int(moment.get("at", 0)) / 1000 - time.time()) < 120, link)
    page.wait_for_timeout(5500)
    check("a new look takes nothing from who reads", page.evaluate("document.activeElement.textContent") == "more of other", "")
    page.keyboard.press("Escape")
    check("Escape leads back to the chart", tip.count() == 0 and page.evaluate("document.activeElement.classList.contains('plot')"), "")
    page.keyboard.press("ArrowLeft")
    check("which goes on", tip.count() == 1, "")
    page.keyboard.press("Escape")
    check("Escape leaves", tip.count() == 0, "")
    box = first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 60, steps=3)
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + 60)
    check("a click keeps the tip, whose links lead on", page.locator(".tip.held .tip-links a").count() == 3, "")
    page.mouse.move(1, 1)
    check("and stays", page.locator(".tip.held:visible").count() == 1, "")
    page.mouse.click(1, 1)
    check("until one clicks elsewhere", tip.count() == 0, "")


def marked(site):
    """What should be is dashed and grey; restarts are marks."""
    found = site.page.evaluate("""async () => {
      const home = document.querySelector('link[href$="/say.js"]').href.replace(/say\\.js$/, "");
      const { Chart } = await import(home + "chart.js");
      const { Marks } = await import(home + "marks.js");
      const panel = document.createElement("section"), plot = document.createElement("div");
      plot.className = "plot";
      plot.style.width = "600px"; plot.style.height = "200px";
      panel.append(plot);
      document.querySelector("main").append(panel);
      const result = ["camera_fps", "camera_fps_expected", "limit"].map((__name__, i) => ({ metric: { __name__ }, values: [[1000, "5"], [1001, String(i)]] }));
      const limit = { matcher: "byName", names: ["limit"], style: { dashes: [10, 10] } };
      const chart = new Chart(plot, { title: "x", targets: [{ refId: "A", expr: "x", legendFormat: "{{__name__}}" }], field: {}, overrides: [limit] });
      const context = { stepOf: () => 1, query: async () => ({ resultType: "matrix", result }), substitute: (text) => text, text: (text) => text };
      await chart.load({ start: 1000, end: 1001 }, context);
      const lines = chart.plot.series.slice(1).map(({ dash, stroke }) => [dash ?? null, typeof stroke === "function" ? stroke() : stroke]);
      const grey = getComputedStyle(document.documentElement).getPropertyValue("--muted").trim();
      const marks = new Marks([], { text: (text) => text, promql: (text) => text.replace("$__rate_interval", "1m") });
      const end = Math.floor(Date.now() / 1000);
      await marks.load({ start: end - 300, end });
      panel.remove();
      return { dashes: lines.map(([dash]) => dash), isGrey: lines.map(([, stroke]) => stroke === grey), marks: [...new Set(marks.of({}).map(({ text }) => text))] };
    }""")
    check("what should be is dashed and grey", found["dashes"] == [None, [6, 4], [10, 10]] and found["isGrey"] == [False, True, False], found)
    check("alerts that tell of a fault and restarts are marks", "alerts: Always" in found["marks"] and "alerts: Heartbeat" not in found["marks"] and "restarts: node 10.0.0.5:9100" in found["marks"], found)


def since(site):
    """What is gone for longer than an hour: a server of a minute has no such past, so its answers are made here."""
    page = site.page
    gone = int(time.time()) - 2 * 86400

    def answer(route):
        if "present_over_time" in (route.request.post_data or ""):
            route.fulfill(json={"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {}, "values": [[gone, "1"]]}]}})
        else:
            route.continue_()

    page.route("**/api/v1/query_range", answer)
    panels = site.open("empty")
    page.unroute("**/api/v1/query_range")
    day = time.strftime("%Y-%m-%d %H:", time.gmtime(gone))
    check("what is gone says since when", "Nothing since " + day in panels[1]["note"] and "load" in panels[1]["note"], panels[1]["note"])


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


def many(site, most):
    requests = []
    site.page.on("request", lambda request: requests.append(request.url) if "/api/" in request.url else None)
    session = site.page.context.new_cdp_session(site.page)
    session.send("Performance.enable")

    def work():
        return next(m["value"] for m in session.send("Performance.getMetrics")["metrics"] if m["name"] == "ProcessTime")

    # By the page's own clock, which begins with the question for it.
    site.page.add_init_script("""new MutationObserver(() => {
      if (document.querySelector("[data-loaded=yes]")) window.firstScreen ??= performance.now();
    }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-loaded"] });""")
    panels = site.open("many")
    took = site.page.evaluate("window.firstScreen") / 1000
    drawn = sum(p["state"] == "drawn" for p in panels)
    check("panels load in sight only", len(panels) == 125 and 15 <= drawn < 60, drawn)
    check("the first screen is there soon", took < most, took)
    before = len(requests)
    site.page.wait_for_timeout(2_000)
    worked = work()
    site.page.wait_for_timeout(8_000)
    share = (work() - worked) / 8
    check("a page spares the server", before + (len(requests) - before) * 5 < 300, [before, len(requests)])
    check("and its own processor", share < 0.05, share)
    say(first_screen_s=round(took, 2), drawn=drawn, requests=len(requests), share=round(share, 3))


def heavy(site, most):
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
    check("twenty charts of fifty series are drawn soon, in a small heap", took[0] < 1_000 * most and took[1] < 100, took)


def main(url, cases, most):
    with browser() as (opened, page, errors):
        page.set_viewport_size({"width": 1280, "height": 800})
        site = Site(url, page)
        variables(site, cases)
        for part in (shapes, every, headings, links, charts, marked, since):
            part(site)
        touched(opened, site)
        many(site, float(most))
        heavy(site, float(most))
        say(errors=errors)


main(*sys.argv[1:])
