#!/usr/bin/env python3
"""Looks at pages as people do who do not see them, see little, or have no mouse.

access.py URL FILE PATH…     axe-core, the FILE, over each page, in both themes and at 360 px: what it finds; links in text
    without a line under them, letters under 12 px, texts whose contrast is under 5; and whether a page of 320 px scrolls
    sideways, as one of 1280 px at 400 % does
"""
import sys

from chromium import browser, say

TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
# What the theme changes.
COLOURS = ["color-contrast", "link-in-text-block"]
FIND = """rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'], preload: false,
  rules: { 'color-contrast': { enabled: true } } })"""
# Our own limits are stricter than the guideline's: contrast of 5, 12 px, a line under each link that stands in text.
STRICT = """() => {
  const problems = [];
  const bytes = (colour) => {
    const c = strict.getContext('2d', { willReadFrequently: true });
    c.clearRect(0, 0, 1, 1); c.fillStyle = colour; c.fillRect(0, 0, 1, 1);
    return [...c.getImageData(0, 0, 1, 1).data];
  };
  window.strict ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] / 255 + b[i] * (1 - a[3] / 255)).concat(255);
  const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const v = c[i] / 255;
    return sum + weight * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  const ground = (e) => {
    const own = bytes(getComputedStyle(e).backgroundColor);
    return own[3] === 255 ? own : over(own, e.parentElement ? ground(e.parentElement) : [255, 255, 255, 255]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (seen.has(e) || !walker.currentNode.data.trim() || e.closest('svg, script, noscript') || !e.checkVisibility()) continue;
    seen.add(e);
    const style = getComputedStyle(e);
    const told = [e.tagName + '.' + e.className, e.outerHTML.slice(0, 160)];
    if (parseFloat(style.fontSize) < 12) problems.push(['under 12 px', ...told, style.fontSize]);
    const [back, front] = [ground(e), bytes(style.color)];
    const [a, b] = [light(over(front, back)), light(back)].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 5 && !e.closest(':disabled')) problems.push(['contrast', ...told, contrast.toFixed(2)]);
  }
  for (const link of document.querySelectorAll('main a[href]')) {
    const around = link.parentElement;
    const isInText = [...around.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && /\\w\\w/.test(n.data));
    if (isInText && link.checkVisibility() && !link.closest('svg') && !getComputedStyle(link).textDecorationLine.includes('underline')) {
      problems.push(['no line under a link in text', link.className, link.outerHTML.slice(0, 160), '']);
    }
  }
  return problems;
}"""


def look(page, path, url, source):
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(url + path)
    if page.locator("[data-dashboard]").count():
        page.wait_for_selector("[data-loaded=yes]", state="attached", timeout=30000)
    # What a script draws is looked at, too.
    page.wait_for_timeout(200)
    page.add_script_tag(content=source)

    def found(theme, width, rules):
        answer = page.evaluate(FIND, rules)
        problems = [
            [v["id"], n["target"][0] if isinstance(n["target"][0], str) else str(n["target"]), n["html"][:160],
             n["failureSummary"][:240]]
            for v in answer["violations"] for n in v["nodes"]]
        say(path=path, theme=theme, width=width, version=answer["testEngine"]["version"],
            problems=problems + page.evaluate(STRICT))

    found("light", 1280, {"type": "tag", "values": TAGS})
    page.emulate_media(color_scheme="dark")
    # What a script draws in the theme's colours is drawn anew before the next frame.
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found("dark", 1280, {"type": "rule", "values": COLOURS})
    page.set_viewport_size({"width": 360, "height": 900})
    page.wait_for_timeout(150)
    found("dark", 360, {"type": "tag", "values": TAGS})
    page.set_viewport_size({"width": 320, "height": 900})
    page.wait_for_timeout(50)
    wide = page.evaluate("""() => document.documentElement.scrollWidth <= innerWidth ? [] :
      [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 5).map(e => e.outerHTML.slice(0, 120))""")
    say(path=path, sideways=wide)


def main(url, file, *paths):
    source = open(file).read()
    with browser() as (opened, page, errors):
        # The pages' policy lets no foreign script in; this test's is let in.
        opened.contexts[0].new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
        for path in paths:
            look(page, path, url, source)
        say(errors=errors)


main(*sys.argv[1:])
