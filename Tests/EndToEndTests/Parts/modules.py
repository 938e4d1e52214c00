#!/usr/bin/env python3
"""Calls functions of the pages' scripts in a real Chromium, and compares what they give with what they should.

modules.py URL units.tsv cases.json   tells of each wrong row, one JSON line each, and how many rows there were

A row of the first file is a unit, a value, decimals and the text; of the second a function of a module, its arguments
and what it gives. Numbers that JSON has not are written as texts: "NaN", "Infinity", "-Infinity" below "number"; what is undefined in a list is given as "undefined".
"""
import json
import os
import sys

# The browser's clock, by which moments are written.
os.environ["TZ"] = "UTC"

from chromium import browser, say

CALL = """async (rows) => {
  const home = document.querySelector('link[href$="/say.js"]').href.replace(/say\\.js$/, "");
  const modules = {};
  for (const { call } of rows) modules[call.split(".")[0]] ??= await import(home + call.split(".")[0] + ".js");
  const revive = (_, value) => value && typeof value === "object" && "number" in value && Object.keys(value).length === 1 ? Number(value.number) : value;
  function told(_, value) {
    if (value === undefined && Array.isArray(this)) return "undefined";
    return typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;
  }
  return rows.map(({ call, args }) => {
    const [module, name] = call.split(".");
    try { return JSON.stringify(modules[module][name](...JSON.parse(JSON.stringify(args), revive)), told) ?? "null"; } catch (error) { return JSON.stringify(`threw ${error.stack}`); }
  });
}"""


# Looks that ask only for what is new give what whole looks would, whatever comes and goes.
KEPT = """async () => {
  const home = document.querySelector('link[href$="/say.js"]').href.replace(/say\\.js$/, "");
  const { Kept } = await import(home + "chart-kept.js");
  let seed = 7;
  const random = (most) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % most; };
  const step = 5, wrong = [];
  let asked = 0, whole = 0;
  // Each series is there for a time of its own.
  const series = Array.from({ length: 40 }, (_, i) => ({ place: i % 2, metric: { i: String(i) }, from: 40 * random(60), to: 40 * random(200) }));
  const look = (start, end) => series.map(({ place, metric, from, to }) => ({
    place, metric, values: Array.from({ length: (end - start) / step + 1 }, (_, i) => { const time = start + i * step; return time >= from && time <= to ? time * 7 + Number(metric.i) : null; }),
  })).filter(({ values }) => values.some((value) => value !== null));
  const text = (found) => JSON.stringify(found.map(({ place, metric, values }) => [place, metric.i, values]).sort());
  const kept = new Kept();
  let grid = { start: 0, end: 3000 };
  for (let i = 0; i < 200; i += 1) {
    const key = i % 50 < 48 ? "a" : "b";
    if (i % 70 === 69) kept.forget();
    const start = kept.startFor(key, grid, step);
    asked += grid.end - start; whole += grid.end - grid.start;
    // A look that was given up leaves what is kept as it was.
    if (random(5)) { if (text(kept.merge(look(start, grid.end), grid)) !== text(look(grid.start, grid.end))) wrong.push([i, start, grid]); }
    grid = { start: grid.start + step * random(12), end: grid.end + step * random(12) };
    if (grid.end < grid.start) grid.end = grid.start;
  }
  return { wrong: wrong.slice(0, 3), share: asked / whole };
}"""


def units(path):
    for line in open(path, encoding="utf-8"):
        if line.startswith("#"):
            continue
        unit, value, decimals, text = line.rstrip("\n").split("\t")
        args = [float(value), unit or None] + ([int(decimals)] if decimals else [])
        yield {"is": f"{unit} {value} {decimals}", "call": "units.shown", "args": args, "gives": text}


def main(url, table, cases):
    rows = list(units(table)) + json.load(open(cases, encoding="utf-8"))
    with browser() as (_, page, errors):
        # A page with the library of charts.
        page.goto(f"{url}/graph")
        for row, result in zip(rows, page.evaluate(CALL, rows)):
            got = json.loads(result)
            if got != row["gives"]:
                say(wrong=row["is"], call=row["call"], got=json.dumps(got, ensure_ascii=False), wanted=json.dumps(row["gives"], ensure_ascii=False))
        kept = page.evaluate(KEPT)
        if kept["wrong"] or kept["share"] > 0.5:
            say(wrong="what a chart keeps of its last look", got=json.dumps(kept), wanted="what a whole look gives, for less than half")
        names = page.evaluate("""async () => (await import(document.querySelector('link[href$="/say.js"]').href.replace(/say\\.js$/, "units.js"))).unitNames""")
        said = {row["args"][1] for row in rows if row["call"] == "units.shown"}
        missing = [name for name in names if name not in said and name.replace("μ", "µ") not in said and name != "dateTimeFromNow"]
        say(count=len(rows), missing=missing, errors=[e for e in errors if "uplot" not in e and "404" not in e])


main(*sys.argv[1:])
