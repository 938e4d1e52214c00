#!/usr/bin/env python3
"""What people do about an alert, in a real Chromium; tells what it saw, one JSON line a step.

alert_life.py take URL FINGERPRINT NAME   the alert's page: why it fires, its chart; looks after it by name; the same
                                          alert is silenced from the list, without scripts, and silenced no more
alert_life.py works URL FINGERPRINT       the pages during works
alert_life.py past URL                    its history, and the calendar's day
"""
import sys

from chromium import browser, say


def take(opened, page, url, fingerprint, name):
    page.goto(f"{url}/alerts/{fingerprint}")
    page.wait_for_selector("[data-panel] canvas")
    say(because=page.inner_text(".because"), code=page.locator("p.note code").all_inner_texts(),
        chart=page.inner_text("[data-panel]"))
    page.fill("#looks input[name=by]", name)
    page.fill("#looks input[name=comment]", "on my way")
    page.click("#looks button")
    page.wait_for_load_state()
    page.goto(f"{url}/alerts/{fingerprint}")
    say(taken=page.inner_text("#looks"), routes=page.inner_text("[data-key=routes]"))
    bare = opened.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = bare.new_page()
    plain.goto(f"{url}/alerts")
    clicks = [lambda: plain.click("form.act summary"), lambda: plain.click("form.act button[value='60']")]
    for click in clicks:
        click()
    plain.wait_for_load_state()
    # Loaded again it silences nothing anew.
    plain.reload()
    say(silenced=plain.inner_text("main"), clicks=len(clicks))
    done = plain.url
    plain.goto(f"{url}/alerts?tab=held")
    say(held=plain.inner_text("[data-key=alerts]"))
    plain.goto(done)
    plain.click("form[action='/silences/expire'] button")
    plain.wait_for_load_state()
    say(undone=plain.inner_text("main"))
    plain.goto(done)
    say(over=plain.url)
    # The form of works is filled from the alert.
    plain.goto(f"{url}/alerts/{fingerprint}")
    plain.click("a[href^='/alerts/maintenance']")
    say(camera=plain.input_value("input[name=camera]"), form=plain.inner_text("form.plan"))
    plain.fill("input[name=until]", "2020-01-01T00:00")
    plain.fill("input[name=by]", "<Ann>")
    plain.click("form.plan button")
    say(refused=plain.inner_text("[role=alert]"), kept=plain.input_value("input[name=by]"))


def works(_, page, url, fingerprint):
    page.goto(f"{url}/alerts?tab=held")
    say(list=page.inner_text("[data-key=alerts]"))
    page.goto(f"{url}/alerts/{fingerprint}")
    say(alert=page.inner_text("[data-key=routes]"), looks=page.inner_text("#looks"))
    page.goto(f"{url}/alerts/maintenance")
    say(windows=page.inner_text("[data-key=maintenance]"))


def past(_, page, url):
    page.goto(f"{url}/alerts?tab=history")
    say(rows=page.locator("[data-key=history] tr:not(.head)").all_inner_texts())
    page.click("[data-key=calendar] a:has(b:not(:empty))")
    page.wait_for_load_state()
    say(day=page.locator("[data-key=history] tr:not(.head)").count(), zone=page.inner_text("body"))


with browser() as (opened, page, errors):
    {"take": take, "works": works, "past": past}[sys.argv[1]](opened, page, *sys.argv[2:])
    say(errors=errors)
