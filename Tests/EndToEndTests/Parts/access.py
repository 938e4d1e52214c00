#!/usr/bin/env python3
"""Looks at pages as people do who do not see them, see little, or have no mouse.

access.py URL axe FILE PATH…     axe-core, the FILE, over each page, in both themes, at 360 and 1280 px: what it finds
access.py URL reflow PATH…       whether a page of 320 px scrolls sideways, as one of 1280 px at 400 % does
"""
import json
import sys

from chromium import browser, say

TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


def ready(page, url, path, width, theme):
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(url + path)
    if page.locator("[data-dashboard]").count():
        page.wait_for_selector("[data-loaded=yes]", timeout=30000)
    # What a script draws is looked at, too.
    page.wait_for_timeout(300)


def axe(page, url, file, paths):
    source = open(file).read()
    for path in paths:
        for theme in ["light", "dark"]:
            for width in [360, 1280]:
                ready(page, url, path, width, theme)
                page.add_script_tag(content=source)
                found = page.evaluate(
                    "tags => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], preload: false })", TAGS)
                problems = [
                    [v["id"], n["target"][0] if isinstance(n["target"][0], str) else str(n["target"]), n["html"][:160],
                     n["failureSummary"][:240]]
                    for v in found["violations"] for n in v["nodes"]]
                say(path=path, theme=theme, width=width, version=found["testEngine"]["version"], problems=problems)


def reflow(page, url, paths):
    for path in paths:
        ready(page, url, path, 320, "light")
        wide = page.evaluate("""() => document.documentElement.scrollWidth <= innerWidth ? [] :
          [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5).map(e => e.outerHTML.slice(0, 120))""")
        say(path=path, sideways=wide)


def main(url, what, *rest):
    with browser() as (opened, page, errors):
        if what == "axe":
            # The pages' policy lets no foreign script in; this test's is let in.
            opened.contexts[0].new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
            axe(page, url, rest[0], rest[1:])
        elif what == "reflow":
            reflow(page, url, rest)
        say(errors=errors)


main(*sys.argv[1:])
