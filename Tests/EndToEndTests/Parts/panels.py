#!/usr/bin/env python3
"""Compares what every panel of every dashboard shows in a real Chromium with what the API answers at the same moment.

panels.py URL   tells of each panel, one JSON line each: its texts on the page, and those that the API's numbers give

The moment is one of the past, so that both are asked of the same samples. Numbers are written by the page's own table
of units, which units.tsv tests.
"""
import json
import re
import sys
import time
import urllib.parse
import urllib.request

from chromium import browser, say


def ask(url, path, **fields):
    query = "?" + urllib.parse.urlencode(fields) if fields else ""
    with urllib.request.urlopen(url + path + query) as answer:
        return json.load(answer)


# As the page itself writes a number in a unit.
WRITTEN = """async (rows) => {
  const { shown } = await import(document.querySelector('link[href$="/say.js"]').href.replace(/say\\.js$/, "units.js"));
  return rows.map(([value, unit, decimals]) => shown(value, unit ?? undefined, decimals ?? undefined));
}"""


def legend(text, labels):
    return re.sub(r"\{\{\s*([\w.]+)\s*\}\}", lambda m: labels.get(m[1], ""), text)


def answers(url, page, panel, interface, moment):
    """The panel's numbers by the API, as texts: with their legend where they stand in a chart."""
    rows, names = [], []
    for target in panel["targets"]:
        expression = target["expr"].replace("$interface", interface)
        for row in ask(url, "/api/v1/query", query=expression, time=moment)["data"]["result"]:
            field = panel.get("field", {})
            rows.append([float(row["value"][1]), field.get("unit"), field.get("decimals")])
            names.append(legend(target["legendFormat"], row["metric"]) + " " if panel["type"] == "timeseries" else "")
    return sorted(name + text for name, text in zip(names, page.evaluate(WRITTEN, rows)))


def main(url):
    # A whole second, so far back that every sample of it has come.
    moment = int(time.time()) - 15
    with browser() as (_, page, errors):
        # Panels load where they are in sight.
        page.set_viewport_size({"width": 1280, "height": 4000})
        for dashboard in ask(url, "/api/watchpost/dashboards"):
            uid = dashboard["uid"]
            page.goto(f"{url}/dashboards/{uid}?from={(moment - 120) * 1000}&to={moment * 1000}")
            page.wait_for_selector("[data-loaded=yes]", timeout=60000)
            fields = urllib.parse.parse_qs(urllib.parse.urlparse(page.url).query)
            interface = fields.get("var-interface", [".*"])[0].replace("$__all", ".*")
            shown = page.eval_on_selector_all(
                "[data-panel]",
                "all => all.map(e => [JSON.parse(e.dataset.panel).title, e.dataset.state,"
                " [...e.querySelectorAll('.legend > *, .value')].map(v => v.textContent)])")
            board = ask(url, f"/api/watchpost/dashboards/{uid}")
            panels = [p for section in board["sections"] for p in section["panels"] if p.get("targets")]
            for panel in panels:
                title = panel["title"]
                state, texts = next((s[1], s[2]) for s in shown if s[0] == title)
                say(title=title, state=state, page=sorted(texts), api=answers(url, page, panel, interface, moment))
        say(errors=errors)


main(sys.argv[1])
