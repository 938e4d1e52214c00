#!/usr/bin/env python3
"""Tells what the panels of dashboards show in a real Chromium, one JSON line a panel.

dashboard_panels.py URL UID…
"""
import os
import sys

os.environ["TZ"] = "UTC"

from chromium import browser, say

# A colour's name by its hue, as it stands on the panel; one without much of a hue is neutral.
LOOK = """() => {
  const probe = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const hue = (color) => {
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--panel");
    probe.fillRect(0, 0, 1, 1);
    probe.fillStyle = color;
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...probe.getImageData(0, 0, 1, 1).data].map((part) => part / 255);
    const [low, high] = [Math.min(r, g, b), Math.max(r, g, b)];
    if (high - low < 0.2) return "neutral";
    const angle = (high === r ? (g - b) / (high - low) : high === g ? 2 + (b - r) / (high - low) : 4 + (r - g) / (high - low)) * 60;
    const names = [[15, "red"], [45, "orange"], [70, "yellow"], [170, "green"], [250, "blue"], [330, "purple"], [361, "red"]];
    return names.find(([end]) => (angle + 360) % 360 < end)[1];
  };
  const texts = (panel, selector) => [...panel.querySelectorAll(selector)].map((one) => one.innerText.trim());
  return [...document.querySelectorAll("[data-panel]")].map((panel) => {
    const value = panel.querySelector(".stat .value");
    const ground = panel.querySelector(".stat.ground");
    const cell = panel.querySelector("td.ground");
    return {
      title: panel.querySelector(".title").innerText, state: panel.dataset.state ?? "", note: panel.querySelector(".empty-note").innerText,
      values: texts(panel, ".value"), labels: texts(panel, ".label"), legend: texts(panel, ".legend > *, .legend tr"),
      ink: value ? hue(getComputedStyle(value).color) : null, ground: ground ? hue(getComputedStyle(ground).backgroundColor) : null,
      bow: panel.querySelector(".gauge") ? hue(getComputedStyle(panel.querySelector(".gauge")).color) : null,
      rows: [...panel.querySelectorAll("table tr")].map((row) => [...row.cells].map((one) => one.innerText.trim())),
      cell: cell ? hue(getComputedStyle(cell).backgroundColor) : null, links: [...panel.querySelectorAll(".body a")].map((one) => one.getAttribute("href")),
      pieces: panel.querySelectorAll(".state, .pie path, .meter").length, canvas: panel.querySelectorAll("canvas").length, text: (panel.querySelector(".body")?.innerText ?? "").trim(),
    };
  });
}"""


def main(url, uids):
    with browser() as (_, page, errors):
        # All panels are in sight, so that all of them load.
        page.set_viewport_size({"width": 1280, "height": 3000})
        for uid in uids:
            page.goto(f"{url}/dashboards/{uid}")
            page.wait_for_selector("[data-loaded=yes]", timeout=30000)
            page.wait_for_function("() => [...document.querySelectorAll('[data-panel]')].every((one) => one.dataset.state)", timeout=30000)
            for panel in page.evaluate(LOOK):
                say(board=uid, **panel)
            if uid == "steps":
                head = page.locator("[data-panel]", has_text="cells").locator("th button").last
                for order in ("ascending", "descending"):
                    head.click()
                    sorted_ = [one for one in page.evaluate(LOOK) if one["title"] == "cells"][0]
                    say(board="sorted", **{**sorted_, "title": order})
        say(board="errors", title="", errors=[one for one in errors if "uplot" not in one and "404" not in one])


main(sys.argv[1], sys.argv[2:])
