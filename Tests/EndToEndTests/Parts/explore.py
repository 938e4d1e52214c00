#!/usr/bin/env python3
"""Uses the page of one's own expressions in a real Chromium, and tells what is not as it should be, one JSON line each.

explore.py URL
"""
import os
import sys
import time
import urllib.parse

os.environ["TZ"] = "UTC"

from chromium import browser, say

NAMES = "**/api/v1/label/__name__/values*"
OWN = "own_series_interval_seconds"
PLACE = """() => {
  const place = document.querySelector(".place:not([hidden])"), field = place?.closest("[data-query]").querySelector("textarea");
  return place && { line: place.querySelector("code").textContent, mark: place.querySelector("mark").textContent, before: place.querySelector("mark").previousSibling?.data ?? "",
    why: place.querySelector("span").textContent, invalid: field.getAttribute("aria-invalid"), told: field.getAttribute("aria-describedby") === place.id, focused: field === document.activeElement };
}"""


def check(what, is_so, seen=""):
    if not is_so:
        say(wrong=what, seen=str(seen)[:600])


class Explore:
    def __init__(self, page, url):
        self.page, self.url = page, url

    def open(self, address=""):
        self.page.goto(self.url + "/graph" + address)
        self.page.wait_for_selector("textarea[aria-autocomplete]")
        return self

    def field(self, number=0):
        return self.page.locator("textarea").nth(number)

    def options(self):
        return [text.split("\n") for text in self.page.locator("[role=option]:visible").all_inner_texts()]

    def until(self, what, condition):
        for _ in range(80):
            try:
                found = condition()
            except Exception as error:
                found = None if "navigation" in str(error) else check(what, False, error)
            if found:
                return found
            self.page.wait_for_timeout(50)
        check(what, False, [self.page.url, self.options()])
        return None

    def offered(self, text, wanted, number=0, back=0, asks=False):
        """Types a text, goes back some letters, and waits for a proposal to be the first."""
        self.field(number).fill("")
        self.field(number).focus()
        self.page.keyboard.insert_text(text if asks else text[:-1])
        for _ in range(back):
            self.page.keyboard.press("ArrowLeft")
        self.page.keyboard.press("Control+Space") if asks else self.page.keyboard.type(text[-1])
        self.until(f"{text} offers {wanted}", lambda: [one for one in self.options()[:1] if one[0] == wanted])
        return self.options()

    def took(self, what, wanted, key="Tab", number=0):
        self.page.keyboard.press(key)
        check(what, self.field(number).input_value() == wanted, self.field(number).input_value())

    def asked(self):
        return {name: values[0] for name, values in urllib.parse.parse_qs(urllib.parse.urlparse(self.page.url).query).items()}


def completion(explore):
    page = explore.open().page
    explore.offered("own_series_int", OWN)
    explore.until("a metric has its type and its help", lambda: [one for one in explore.options()[:1] if one[1:2] == ["gauge"] and len(one[-1]) > 10])
    explore.until("who listens hears of it", lambda: "1 proposal: " + OWN + ", gauge" in page.inner_text(".unseen[aria-live]"))
    active = page.evaluate("document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).innerText")
    check("the chosen one is told", active.startswith(OWN), active)
    explore.took("Tab takes a name", OWN)
    explore.offered("rat", "rate")
    explore.took("Enter takes a function", "rate(", "Enter")
    page.keyboard.type("own_series_int")
    explore.until("a function's operand is offered", lambda: explore.options()[:1] and explore.options()[0][0] == OWN)
    explore.took("and taken", "rate(" + OWN)
    explore.offered("http_request_duration_seconds_bucket{l", "le")
    explore.took("a label is taken", "http_request_duration_seconds_bucket{le")
    page.keyboard.type('="')
    explore.until("its values are offered", lambda: ["+Inf"] in explore.options())
    page.keyboard.type("+")
    explore.until("those that fit", lambda: explore.options() == [["+Inf"]])
    explore.took("a value closes its text", 'http_request_duration_seconds_bucket{le="+Inf"')
    check("a value that is taken is no longer offered", not explore.options(), explore.options())
    explore.offered('http_request_duration_seconds_bucket{le=~"0.005|+I', "+Inf")
    explore.took("each alternative of a pattern is a value", 'http_request_duration_seconds_bucket{le=~"0.005|+Inf"')
    keywords = explore.offered(OWN + " o", "offset")
    check("behind a metric stand keywords alone", all(one[1] == "keyword" for one in keywords), keywords)
    labels = explore.offered("sum(http_request_duration_seconds_bucket) by (l", "le")
    check("groups have the labels of their metrics", labels == [["le"]], labels)
    explore.took("in a group", "sum(http_request_duration_seconds_bucket) by (le")
    middle = f'sum(rate(own_series_int_wrong[1m])) + "é😀"'
    explore.offered(middle, OWN, back=len(middle) - middle.index("_wrong"), asks=True)
    explore.took("a word gives way as a whole", middle.replace("own_series_int_wrong", OWN), "Enter")
    page.keyboard.press("Escape")
    explore.field().fill("3")
    page.keyboard.type("5")
    check("numbers are no words", not explore.options(), explore.options())


def keys(explore):
    page = explore.open().page
    explore.field().focus()
    page.keyboard.press("Control+Space")
    explore.until("Ctrl-Space shows what there is", lambda: len(explore.options()) == 50 and "function" not in explore.options()[0])
    chosen = lambda: page.locator("[aria-selected=true]").inner_text().split("\n")[0]
    all_ = [one[0] for one in explore.options()]
    page.keyboard.press("ArrowDown")
    check("down", chosen() == all_[1], chosen())
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    check("up from the first is the last", chosen() == all_[-1], chosen())
    page.keyboard.press("Escape")
    check("Escape closes", not explore.options() and explore.field().input_value() == "", explore.options())
    page.keyboard.type("su")
    explore.until("a list", lambda: explore.options())
    page.locator("[role=option]", has_text="aggregation").first.click()
    check("a click takes, and the field keeps the focus", explore.field().input_value() == "sum(" and page.evaluate("document.activeElement.tagName") == "TEXTAREA", explore.field().input_value())
    page.keyboard.press("Shift+Enter")
    check("Shift-Enter is a new line", explore.field().input_value() == "sum(\n" and explore.field().get_attribute("rows") == "2", explore.field().input_value())
    page.click("[data-add]")
    explore.offered("own_series_int", OWN, number=1)
    explore.took("the second field has its own list", OWN, "Enter", number=1)
    names = page.locator("[data-query]").evaluate_all("all => all.map((e) => [e.querySelector('label').innerText.trim().slice(-1), e.querySelector('textarea').name, e.querySelector('select').name, e.querySelector('label').htmlFor === e.querySelector('textarea').id])")
    check("it has names of its own", names == [["A", "g0.expr", "g0.tab", True], ["B", "g1.expr", "g1.tab", True]], names)


def lists(explore):
    """Five thousand names; names that come late, and none at all."""
    page = explore.page
    many = [f"series_{i:04}_total" for i in range(5000)]
    page.route(NAMES, lambda route: route.fulfill(json={"status": "success", "data": many}))
    explore.open()
    explore.offered("series_4321", "series_4321_total")
    took = page.evaluate("""async () => {
      const field = document.querySelector("textarea"), begun = performance.now();
      field.value = "series_12"; field.selectionStart = 9; field.dispatchEvent(new Event("input"));
      while (!document.querySelector("[role=option]")?.innerText.startsWith("series_1200")) await new Promise(requestAnimationFrame);
      return Math.round(performance.now() - begun);
    }""")
    say(many_ms=took)
    check("five thousand names are no burden", took < 1000, took)
    page.unroute(NAMES)
    waiting = []
    page.route(NAMES, lambda route: waiting.append(route))
    explore.open().field().focus()
    page.keyboard.type("rat")
    explore.until("functions are there before the names", lambda: explore.options()[:1] == [["rate", "function"]] and "on their way" in page.inner_text(".proposals"))
    waiting[0].fulfill(json={"status": "success", "data": ["rat_tails_total"]})
    explore.until("the names come by themselves", lambda: [one[0] for one in explore.options()[:2]] == ["rate", "rat_tails_total"])
    page.unroute(NAMES)
    page.route(NAMES, lambda route: route.fulfill(status=503, json={"status": "error", "errorType": "unavailable", "error": "too busy"}))
    explore.open().field().focus()
    page.keyboard.type("vect")
    explore.until("a refusal is told, and functions are there", lambda: explore.options() == [["vector", "function"]] and "too busy" in page.inner_text(".proposals"))
    page.unroute(NAMES)


def errors_told(explore):
    page = explore.open().page
    explore.field().fill('sum(\n  vector(1) + x{a="é😀"} + }\n)')
    page.keyboard.press("Escape")
    page.click("button.go")
    place = explore.until("an error is told", lambda: page.evaluate(PLACE)) or {}
    check("at its place", place.get("mark") == "}" and place["before"] == '  vector(1) + x{a="é😀"} + ' and place["why"].startswith("Line 2, column 27: "), place)
    check("and to who listens", place.get("invalid") == "true" and place.get("told") and place.get("focused"), place)
    check("nothing was asked", "g0.expr" not in explore.asked(), page.url)
    explore.field().fill("rate(")
    check("who writes on is not told of it", not page.evaluate(PLACE), page.evaluate(PLACE))
    page.keyboard.press("Escape")
    page.click("button.go")
    place = explore.until("an error at the end", lambda: page.evaluate(PLACE)) or {}
    check("is marked behind it", place.get("line") == "rate( " and place["mark"] == " ", place)
    explore.open("?g0.expr=up&g1.expr=foo(1)")
    place = explore.until("an address with an error says so", lambda: page.evaluate(PLACE)) or {}
    check("in its own line", place.get("mark") == "f" and 'unknown function' in place["why"] and page.input_value("#expression-1") == "foo(1)", place)


def asking(explore):
    page = explore.open("?g0.range_input=10m").page
    explore.until("the time of Prometheus' address", lambda: explore.asked().get("from") == "now-10m")
    explore.field().fill("vector(1)")
    page.keyboard.press("Escape")
    page.click("[data-add]")
    explore.field(1).fill("vector(1234567.5)")
    page.select_option("select >> nth=1", "1")
    page.focus("#expression-1")
    page.keyboard.press("Enter")
    explore.until("both are asked", lambda: page.locator("[data-state=drawn]").count() == 2)
    check("as Prometheus would", {key: explore.asked().get(key) for key in ("g0.expr", "g0.tab", "g1.expr", "g1.tab", "from", "to")} == {
        "g0.expr": "vector(1)", "g0.tab": "0", "g1.expr": "vector(1234567.5)", "g1.tab": "1", "from": "now-10m", "to": "now"}, page.url)
    check("a chart and a table", page.locator("[data-panel] canvas").count() == 1 and "1234567.5" in page.inner_text("[data-panel] table"), page.inner_text("main"))
    explore.field(1).fill("")
    explore.field().fill("vector(2)")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    explore.until("the next one", lambda: explore.asked().get("g0.expr") == "vector(2)" and page.locator("[data-state=drawn]").count() == 1)
    page.evaluate("history.back()")
    explore.until("Back is what was before", lambda: explore.asked().get("g1.expr") == "vector(1234567.5)" and explore.field().input_value() == "vector(1)" and page.locator("[data-state=drawn]").count() == 2)
    page.click("[data-history] summary")
    before = page.locator("[data-history] button").all_inner_texts()
    check("what was asked before stands there once", sorted(before[:3]) == ["vector(1)", "vector(1234567.5)", "vector(2)"], before)
    page.locator("[data-history] button", has_text="vector(2)").click()
    check("and is asked again", explore.field().input_value() == "vector(2)", explore.field().input_value())
    explore.open("?g0.expr=vector(3)&g0.range_input=1h&g0.end_input=2026-01-02+03:04:05")
    explore.until("an end of Prometheus'", lambda: explore.asked().get("to") == "1767323045000")
    check("and its begin", explore.asked()["from"] == "1767319445000", page.url)


def slow(explore):
    """A server that answers late takes nothing away."""
    page = explore.page
    held = []
    page.route("**/api/v1/query_range*", lambda route: held.append(route))
    explore.open("?g0.expr=vector(1)")
    explore.until("a chart waits", lambda: held)
    explore.offered("own_series_int", OWN)
    explore.took("meanwhile one types", OWN)
    page.route("**/graph?*", lambda route: (time.sleep(1), route.continue_()))
    # As charts that come late do.
    page.evaluate("setInterval(() => history.replaceState(null, '', location.search), 50)")
    page.keyboard.press("Enter")
    explore.until("and asks", lambda: explore.asked().get("g0.expr") == OWN)
    page.unroute("**/graph?*")
    page.unroute("**/api/v1/query_range*")


def without(opened, url):
    """A browser that keeps nothing, and has no mouse."""
    context = opened.new_context(viewport={"width": 360, "height": 800}, has_touch=True)
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });")
    page = context.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    explore = Explore(page, url).open("?g0.expr=vector(1)")
    explore.field().tap()
    explore.field().fill("")
    page.keyboard.type("own_series_int")
    explore.until("a list for fingers", lambda: explore.options())
    check("nothing is wider than the page", page.evaluate("document.documentElement.scrollWidth") <= 360, "")
    page.locator("[role=option]").first.tap()
    check("a finger takes", explore.field().input_value() == OWN, explore.field().input_value())
    page.locator("button.go").tap()
    explore.until("and asks", lambda: explore.asked().get("g0.expr") == OWN)
    check("nothing is wrong without storage", wrong == [], wrong)
    context.close()


def main(url):
    with browser() as (opened, page, errors):
        page.set_viewport_size({"width": 1280, "height": 900})
        explore = Explore(page, url)
        for part in (completion, keys, lists, errors_told, asking, slow):
            part(explore)
        without(opened, url)
        # What is refused on purpose stands in the console, too.
        say(errors=[one for one in errors if not any(word in one for word in ("status of 400", "503", "ERR_FAILED"))])


main(*sys.argv[1:])
