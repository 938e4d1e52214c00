#!/usr/bin/env python3
"""Compares what every panel of every dashboard shows in a real Chromium with what the API answers at the same moment.

panels.py URL   tells of each panel, one JSON line each: its texts on the page, and those that the API's numbers give

The moment is one of the past, so that both are asked of the same samples. How a number is written is told here anew,
from Grafana's names of units.
"""
import decimal
import json
import math
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


def rounded(value, digits):
    if digits is None:
        size = abs(value)
        digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
        text = fixed(value, digits)
        return text.rstrip("0").rstrip(".") if "." in text else text
    return fixed(value, digits)


def fixed(value, digits):
    """As JavaScript's toFixed writes it: a half goes up, where Python's own format takes the even one."""
    return str(decimal.Decimal(value).quantize(decimal.Decimal(1).scaleb(-digits), decimal.ROUND_HALF_UP))


def scaled(value, unit, digits):
    index = 0
    while abs(value) >= 1000 and index < 5:
        value, index = value / 1000, index + 1
    return f"{rounded(value, digits)} {['', 'k', 'M', 'G', 'T', 'P'][index]}{unit}"


def written(value, unit, digits):
    if math.isnan(value):
        return "–"
    if unit == "percent":
        return f"{rounded(value, digits)} %"
    if unit == "percentunit":
        return f"{rounded(value * 100, digits)} %"
    if unit == "Bps":
        return scaled(value, "B/s", digits)
    if unit == "Mbits":
        return scaled(value * 1e6, "b/s", digits)
    if unit == "decmbytes":
        return scaled(value * 1e6, "B", digits)
    if unit == "ms":
        return f"{rounded(value / 1000, 2 if digits is None else digits)} s" if value >= 1000 else f"{rounded(value, digits)} ms"
    if unit == "s":
        return f"{rounded(value * 1000, digits)} ms" if 0 < abs(value) < 1 else f"{rounded(value, digits)} s"
    if unit in ("none", None, ""):
        return rounded(value, digits)
    return f"{rounded(value, digits)} {unit}"


def legend(text, labels):
    return re.sub(r"\{\{\s*([\w.]+)\s*\}\}", lambda m: labels.get(m[1], ""), text)


def answers(url, panel, interface, moment):
    """The panel's numbers by the API, as texts: with their legend where they stand in a chart."""
    texts = []
    for target in panel["targets"]:
        expression = target["expr"].replace("$interface", interface)
        result = ask(url, "/api/v1/query", query=expression, time=moment)["data"]["result"]
        for row in result:
            text = written(float(row["value"][1]), panel.get("unit"), panel.get("decimals"))
            if panel["type"] == "timeseries":
                text = legend(target["legendFormat"], row["metric"]) + " " + text
            texts.append(text)
    return sorted(texts)


def main(url):
    # A whole second, so far back that every sample of it has come.
    moment = int(time.time()) - 15
    with browser() as (_, page, errors):
        for dashboard in ask(url, "/api/watchpost/dashboards"):
            uid = dashboard["uid"]
            page.goto(f"{url}/dashboards/{uid}?from={(moment - 120) * 1000}&to={moment * 1000}")
            page.wait_for_selector("[data-loaded=yes]", timeout=60000)
            fields = urllib.parse.parse_qs(urllib.parse.urlparse(page.url).query)
            interface = fields.get("var-interface", [".*"])[0]
            shown = page.eval_on_selector_all(
                "[data-panel]",
                "all => all.map(e => [JSON.parse(e.dataset.panel).title, e.dataset.state,"
                " [...e.querySelectorAll('.legend > *, .value')].map(v => v.textContent)])")
            panels = [p for p in ask(url, f"/api/watchpost/dashboards/{uid}")["panels"] if p.get("targets")]
            for panel in panels:
                title = panel["title"]
                state, texts = next((s[1], s[2]) for s in shown if s[0] == title)
                say(title=title, state=state, page=sorted(texts), api=answers(url, panel, interface, moment))
        say(errors=errors)


main(sys.argv[1])
