#!/usr/bin/env python3
"""How pages show moments to browsers of several zones.

moment.py URL PATH ZONE…   opens PATH as a browser of each zone does for the first time, and tells what it shows of times
"""
import sys

from chromium import browser, say

LOOK = """() => ({
  zone: document.querySelector("footer")?.innerText ?? "",
  times: [...document.querySelectorAll("main time[datetime]")].map((e) => [e.dateTime, e.textContent.trim(), e.title]),
})"""


def main(url, path, *zones):
    with browser() as (opened, _, _):
        for zone in zones:
            context = opened.new_context(timezone_id=zone, locale="vi-VN")
            page = context.new_page()
            page.goto(url + path)
            page.wait_for_selector("main time[datetime]")
            # The browser tells its zone once; what was made for the site's zone is made anew then.
            page.wait_for_function("zone => document.querySelector('footer').innerText.includes(zone)", arg=zone, timeout=10000)
            say(browser=zone, **page.evaluate(LOOK))
            context.close()


main(*sys.argv[1:])
