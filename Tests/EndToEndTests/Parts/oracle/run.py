#!/usr/bin/env python3
"""Compares what pages of dashboards show in a real Chromium with what the oracle says, one JSON line a difference.

run.py URL START END FILE… — a file's name is its address.
"""
import collections
import json
import os
import sys
import time

os.environ["TZ"] = "UTC"
here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.dirname(here)]

from chromium import browser, say
from oracle import Board, Source
from values import hue_of, same

# Each panel's state and texts as they stand on the page; colours as red, green and blue on the panel's own.
LOOK = """async () => {
  const home = document.querySelector('link[href$="/say.js"]').href.replace(/say\\.js$/, "");
  const { styleOf } = await import(home + "field.js");
  // How a series is drawn, of which a canvas tells nothing.
  const drawnAs = (panel, name) => {
    const { drawStyle, lineWidth, fillOpacity, stacking, transform, axisPlacement, dashes, fillBelowTo, unit, spansNulls, lineInterpolation, logBase, gradient, min, max } = styleOf(panel, { name, source: "Value", type: "number", values: [] });
    return { drawStyle, lineWidth, fillOpacity, stacking, transform, axisPlacement, dashes, fillBelowTo, unit, spansNulls, lineInterpolation, logBase, gradient, min, max };
  };
  const probe = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgb = (color) => {
    if (!known.has(color)) {
      for (const fill of [getComputedStyle(document.documentElement).getPropertyValue("--panel"), color]) { probe.fillStyle = fill; probe.fillRect(0, 0, 1, 1); }
      known.set(color, [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3));
    }
    return known.get(color);
  };
  const resolved = (element, color) => {
    const kept = element.style.color;
    element.style.color = color;
    const result = getComputedStyle(element).color;
    element.style.color = kept;
    return rgb(result);
  };
  const text = (element) => element?.innerText.trim() ?? "";
  const color = (element, property) => rgb(getComputedStyle(element)[property]);
  return {
    headings: [...document.querySelectorAll("[data-dashboard] > details > summary h2")].map((one) => one.textContent),
    panels: [...document.querySelectorAll("[data-panel]")].map((panel) => {
      const model = JSON.parse(panel.dataset.panel);
      const { type, notDrawn } = model;
      const plot = panel.querySelector(".plot");
      const seen = { title: panel.querySelector(".title").textContent, type: notDrawn ? "placeholder" : type, state: panel.dataset.state ?? "", note: text(panel.querySelector(".empty-note")) };
      seen.width = (plot ?? panel.querySelector(".body"))?.clientWidth ?? 0;
      if (type === "timeseries") {
        const legend = panel.querySelector(".legend");
        seen.canvas = panel.querySelectorAll("canvas").length;
        seen.label = plot.getAttribute("aria-label") ?? "";
        seen.hasLegend = !legend.hidden;
        const rows = [...legend.querySelectorAll("tbody tr")];
        seen.series = [...legend.querySelectorAll("button[data-series]")].map((one) => ({
          name: one.dataset.series, style: drawnAs(model, one.dataset.series), color: resolved(one, one.style.getPropertyValue("--c")), text: one.textContent, cells: [...(one.closest("tr")?.cells ?? [])].slice(1).map((cell) => cell.textContent),
        }));
        seen.isTable = rows.length > 0 || Boolean(legend.querySelector("thead"));
        seen.rest = text(legend.querySelector(".rest"));
      } else if (type === "table") {
        seen.head = [...panel.querySelectorAll("thead th")].map((one) => one.textContent);
        seen.rows = [...panel.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((one) => one.innerText.trim()));
        seen.grounds = [...panel.querySelectorAll("tbody tr")].map((row) => [...row.cells].map((one) => one.classList.contains("ground") ? color(one, "backgroundColor") : null));
      } else if (type === "text") {
        seen.words = text(panel.querySelector(".body"));
      } else if (type === "state-timeline") {
        seen.values = [...panel.querySelectorAll(".lane[aria-label]")].map((one) => ({ name: text(one.parentElement.querySelector(".label")), text: one.getAttribute("aria-label") }));
      } else if (type === "bargauge" || type === "piechart") {
        seen.values = [...panel.querySelectorAll(type === "bargauge" ? ".bar-row" : ".pie-legend li:not(.rest)")].map((one) => ({ name: one.querySelector(".label")?.textContent, text: one.querySelector(".value")?.textContent ?? null, color: one.querySelector(".value") ? color(one.querySelector(".value"), "color") : null }));
        seen.hides = type === "piechart" && !panel.querySelector(".pie-legend") && Boolean(panel.querySelector(".body svg path"));
      } else {
        seen.values = [...panel.querySelectorAll(".stat")].map((one) => ({
          name: one.querySelector(".label")?.textContent ?? "", text: one.querySelector(".value").textContent,
          color: one.matches(".ground") ? color(one, "backgroundColor") : one.querySelector(".gauge") ? color(one.querySelector(".gauge"), "color") : color(one.querySelector(".value"), "color"),
        }));
      }
      return seen;
    }),
    variables: Object.fromEntries([...new URLSearchParams(location.search).keys()].filter((name) => name.startsWith("var-")).map((name) => [name.slice(4), new URLSearchParams(location.search).getAll(name)])),
    asked: window.asked, shown: [...document.querySelectorAll("[data-variable]")].map((one) => one.dataset.variable),
  };
}"""

READY = """() => document.querySelector("[data-loaded=yes]") && [...document.querySelectorAll("[data-panel]")].every((one) => one.dataset.state)"""
# All panels are in sight, those of closed rows too; and what the page asks is kept.
BEFORE = """
document.addEventListener("DOMContentLoaded", () => { for (const one of document.querySelectorAll("details.section")) one.open = true; });
window.IntersectionObserver = class {
  constructor(tell) { this.tell = tell; }
  observe(target) { queueMicrotask(() => this.tell([{ target, isIntersecting: true }])); }
  unobserve() {}
  disconnect() {}
};
window.asked = [];
const fetched = window.fetch;
window.fetch = (path, how) => {
  if (how?.body instanceof URLSearchParams) window.asked.push([how.body.get("query"), Number(how.body.get("step") ?? 0), Number(how.body.get("time") ?? 0)]);
  return fetched(path, how);
};
"""


def differences(want, have):
    """What of a panel is not as it should be, as pairs of what is expected and what is seen."""
    if want["state"] == "own":
        missing = [one for one in want.get("words", []) if one not in have.get("words", "")]
        if len(missing) > len(want.get("words", [])) / 10:
            yield f"the words {missing[:5]}", have.get("words", "")[:200]
        return
    if want["state"] == "placeholder":
        if have["type"] != "placeholder":
            yield "a placeholder", have["type"]
        return
    if want["type"] != have["type"]:
        yield want["type"], have["type"]
        return
    state = "empty" if want["state"] in ("empty", "error") else "drawn"
    if state != have["state"]:
        yield f"{want['state']} {want.get('error', '')}", f"{have['state']}: {have['note'][:160]}"
        return
    if state == "drawn":
        yield from {"timeseries": lines, "table": cells, "state-timeline": states}.get(want["type"], singles)(want, have)


def equal(want, have):
    return want is None or have is None or same(want) == same(have)


# What holds where a file says nothing.
USUAL = {"drawStyle": "line", "stacking": "none", "transform": None, "axisPlacement": "auto", "dashes": False, "fillBelowTo": None, "spansNulls": False, "lineInterpolation": "linear", "logBase": 0, "fillOpacity": 0, "gradient": "none", "min": "–", "max": "–"}


def drawn_alike(key, want, have):
    have = USUAL.get(key) if have is None else bool(have) if key == "dashes" else have
    if key == "axisPlacement" and {want, have} <= {"auto", "left"}:
        return True
    return want == have


def alike(want, have):
    """Texts have colours that can be read: orange and yellow become brown."""
    return want == have or {want, have} == {"orange", "yellow"}


def lines(want, have):
    if not have["canvas"]:
        yield "a chart", "no canvas"
    series = want["series"]
    for one in series[:12]:
        if one["name"] not in have["label"]:
            yield f"{one['name']} {one['last']}", have["label"][:300]
            return
    if bool(want["legend"]) != have["hasLegend"]:
        yield f"legend {want['legend']}", have["hasLegend"]
    if not have["hasLegend"]:
        return
    listed = [one for one in series if one["legend"]]
    names, seen = [one["name"] for one in listed], [one["name"] for one in have["series"]]
    if sorted(names)[:1000] != sorted(seen) and not have["rest"]:
        missing, more = collections.Counter(names) - collections.Counter(seen), collections.Counter(seen) - collections.Counter(names)
        yield f"{len(names)} series: {list(missing)[:5]}", f"{len(seen)} series: {list(more)[:5]}"
        return
    if want["table"] != have["isTable"]:
        yield "a legend as a table" if want["table"] else "a list", "a table" if have["isTable"] else "a list"
        return
    queues = collections.defaultdict(list)
    for one in have["series"]:
        queues[one["name"]].append(one)
    for one in listed:
        if not queues[one["name"]]:
            continue
        found = queues[one["name"]].pop(0)
        if want["table"]:
            wrong = [(a, b) for a, b in zip(one["calcs"], found["cells"]) if not equal(a, b)]
            if wrong or len(one["calcs"]) != len(found["cells"]):
                yield f"{one['name']}: {one['calcs']}", found["cells"]
        elif not one["calcs"] and one["last"] is not None and not same(found["text"]).endswith(same(one["last"])):
            yield f"{one['name']}: {one['last']}", found["text"]
        style = {key: value for key, value in one["style"].items() if value is not None and not drawn_alike(key, value, found["style"].get(key))}
        if style:
            yield f"{one['name']} drawn as {style}", {key: found["style"].get(key) for key in style}
        if one["color"] and not alike(one["color"], hue_of(found["color"])):
            yield f"{one['name']}: {one['color']}", f"{hue_of(found['color'])} {found['color']}"


def singles(want, have):
    values, seen = want["values"], have["values"]
    if have.get("hides"):
        return
    if len(values) != len(seen) and len(values) <= 60:
        yield f"{len(values)} values: {[(v['name'], v['text']) for v in values][:6]}", f"{len(seen)}: {[(v['name'], v['text']) for v in seen][:6]}"
        return
    for one, other in zip(values, seen):
        mode = want["text"] if want["type"] == "stat" else "auto"
        text = one["name"] if mode == "name" else "" if mode == "none" else one["text"]
        if not equal(text, other["text"]):
            yield f"{one['name']}: {text}", f"{other['name']}: {other['text']}"
        if (len(values) > 1 or mode == "value_and_name") and mode in ("auto", "value_and_name") and other["name"] != one["name"]:
            yield f"named {one['name']}", other["name"]
        if one["color"] and want["type"] != "piechart" and not (want["type"] == "stat" and want["mode"] == "none") and not alike(one["color"], hue_of(other["color"])):
            yield f"{one['name']} {one['text']}: {one['color']}", f"{hue_of(other['color'])} {other['color']}"


def cells(want, have):
    head = [one["name"] for one in want["columns"]]
    if have["head"] and head != have["head"]:
        yield head, have["head"]
        return
    rows = [list(row) for row in zip(*[one["texts"] for one in want["columns"]])]
    if len(rows) != len(have["rows"]) and len(rows) <= 1000:
        yield f"{len(rows)} rows", f"{len(have['rows'])} rows"
        return
    for row, other in zip(rows, have["rows"]):
        # A cell without a value is empty, or has a dash.
        wrong = [(head[i], a, b) for i, (a, b) in enumerate(zip(row, other)) if not equal(a, b) and {a, b} != {"–", ""}]
        if wrong:
            yield [f"{name}: {a}" for name, a, _ in wrong][:4], [f"{name}: {b}" for name, _, b in wrong][:4]
            return
    for column, one in enumerate(want["columns"]):
        for row, color in enumerate(one["colors"] or []):
            ground = have["grounds"][row][column] if row < len(have["grounds"]) else None
            if color and color != "neutral" and ground and not alike(color, hue_of(ground)):
                yield f"{one['name']} {one['texts'][row]} on {color}", hue_of(ground)
                return


def states(want, have):
    names, seen = [one["name"] for one in want["values"]], [one["name"] for one in have["values"]]
    if names != seen:
        yield names[:8], seen[:8]
        return
    for one, other in zip(want["values"], have["values"]):
        if one["text"] is not None and not same(other["text"]).endswith(same(one["text"])):
            yield f"{one['name']}: {one['text']}", other["text"]


def compare(board, seen, tell, counts):
    headings, panels = board.shown()
    if headings != seen["headings"]:
        tell("headings", headings, seen["headings"])
    for name, variable in board.variables.items():
        if variable.kind not in ("constant", "datasource") and variable.chosen != seen["variables"].get(name, []):
            tell(f"variable {name}", variable.chosen, seen["variables"].get(name))
    shown = [name for name, one in board.variables.items() if not one.hidden]
    if shown != seen["shown"]:
        tell("variables shown", shown, seen["shown"])
    queues = collections.defaultdict(list)
    for one in seen["panels"]:
        queues[one["title"]].append(one)
    if len(panels) != len(seen["panels"]):
        tell("panels", len(panels), len(seen["panels"]))
    titles, order = [board.text(panel.get("title") or "", "text", scope) for panel, scope in panels], [one["title"] for one in seen["panels"]]
    if sorted(titles) == sorted(order) and titles != order:
        tell("their order", titles, order)
    for panel, scope in panels:
        title = board.text(panel.get("title") or "", "text", scope)
        have = queues[title].pop(0) if queues[title] else None
        if have is None:
            tell(title, "a panel", "none")
            continue
        # Which step a panel had depends on how wide it was when it was loaded: of those that were asked, one is its own.
        found = []
        for board.rank in range(4):
            want = board.expected(panel, scope, have["width"])
            found.append((want, list(differences(want, have))))
            if not found[-1][1] or not board.isDoubtful:
                break
        want, wrong = min(found, key=lambda one: len(one[1]))
        counts["panels"] += 1
        counts[want["state"]] += 1
        for query in want.get("unasked", []):
            tell(title, f"asks {query}", "it does not")
        if want["state"] == "drawn" and have["state"] == "empty":
            counts["falsely empty"] += 1
        for expected, sight in wrong:
            tell(title, expected, sight)


def address(path):
    with open(path, encoding="utf-8") as file:
        root = json.load(file)
    for one in (root, root.get("dashboard"), root.get("spec")):
        if isinstance(one, dict) and one.get("uid"):
            return one["uid"]
    return (root.get("metadata") or {}).get("name") or os.path.basename(path).removesuffix(".json")


def main(url, start, end, files):
    counts, told = collections.Counter(), 0
    source = Source(url)
    with browser() as (_, page, errors):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.add_init_script(BEFORE)
        for path in files:
            began = time.monotonic()
            name = os.path.basename(path).removesuffix(".json")

            def tell(panel, expected, sight):
                nonlocal told
                told += 1
                say(file=name, panel=panel, expected=str(expected)[:600], sight=str(sight)[:600])
            page.goto(f"{url}/dashboards/{address(path)}?from={start * 1000}&to={end * 1000}", wait_until="commit")
            try:
                page.wait_for_function(READY, timeout=20000)
            except Exception:
                late = page.evaluate("() => [...document.querySelectorAll('[data-panel]')].filter((one) => !one.dataset.state).map((one) => one.querySelector('.title').textContent)")
                tell("page", "loaded", f"{len(late)} panels are not: {late[:5]}")
            seen = page.evaluate(LOOK)
            loaded = time.monotonic()
            try:
                board = Board(path, source, start, end)
                board.asked = {(query, step) for query, step, _ in seen["asked"]}
                board.moments = {query: moment for query, step, moment in seen["asked"] if not step}
                compare(board, seen, tell, counts)
            except Exception as problem:
                import traceback
                tell("oracle", "read", traceback.format_exc()[-500:])
            counts["files"] += 1
            if os.environ.get("ORACLE_TIMES"):
                print(name, round(loaded - began, 1), round(time.monotonic() - loaded, 1), file=sys.stderr)
        say(counts=dict(counts), differences=told, errors=[one for one in errors if "404" not in one][:5])


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
