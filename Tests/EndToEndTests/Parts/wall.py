#!/usr/bin/env python3
"""The wall, in a real Chromium that lets it make sound and tell notices; tells what it saw, one JSON line a step.

wall.py URL      says "now STEP" where something is to be done to the site: down 7, down 8, stop, go on
"""
import sys

from chromium import browser, say

PATH = "/cameras?view=wall&sort=worst&return=0.1"
NOTICES = """
  window.notices = [];
  const Before = window.Notification;
  window.Notification = class extends Before {
    constructor(title, options) { super(title, options); window.notices.push([title, options.body]); }
  };
"""


def told(page, text, timeout=30000):
    page.wait_for_function(f"() => document.documentElement.dataset.told?.includes({text!r})", timeout=timeout)
    say(told=page.evaluate("document.documentElement.dataset.told"), notices=page.evaluate("notices"),
        heard=int(page.get_attribute("#wall-sound", "data-heard")), path=page.url.partition("/cameras")[2])


with browser() as (opened, page, errors):
    url = sys.argv[1]
    opened.contexts[0].grant_permissions(["notifications"], origin=url)
    page.add_init_script(NOTICES)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(url + PATH)
    page.wait_for_selector("#cameras[data-own] [data-camera]")
    seen = "(name) => [...document.querySelectorAll(name)].some((e) => e.offsetParent)"
    say(hidden=[name for name in (".bar", "footer", ".cameras-form") if not page.evaluate(seen, name)],
        width=page.evaluate("document.querySelector('main').getBoundingClientRect().width"),
        headline=page.inner_text(".wall-head h1"))
    page.click("#wall-sound")
    page.wait_for_selector("#wall-sound[data-heard='1']")
    print("now down 7", flush=True)
    told(page, "cam-7")
    row = page.locator(".wrong > li", has_text="cam-7").first
    row.locator("details.take summary").click()
    row.locator("input[name=by]").fill("Lan Anh")
    row.locator("details.take button").click()
    page.wait_for_function("() => document.querySelector('.wrong').innerText.includes('Lan Anh')")
    say(taken=row.inner_text(), sound=page.is_disabled("#wall-sound"))
    print("now down 8", flush=True)
    told(page, "cam-8")
    # Who looks at something else and goes away finds the wall again.
    row.locator(".next a").first.click()
    page.wait_for_url(lambda address: "/cameras?" not in address)
    away = page.url
    page.wait_for_url(url + PATH, timeout=30000)
    page.wait_for_selector("#cameras[data-own] [data-camera]")
    page.wait_for_timeout(500)
    say(away=away, sound=page.is_disabled("#wall-sound"))
    print("now stop", flush=True)
    told(page, "No contact")
    say(headline=page.inner_text(".wall-head h1"))
    print("now go on", flush=True)
    page.wait_for_function("() => !document.querySelector('.lost') && !document.querySelector('.wall-head h1').innerText.includes('contact')")
    say(headline=page.inner_text(".wall-head h1"))
    say(errors=errors)
