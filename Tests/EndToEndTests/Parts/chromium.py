"""A real Chromium for tests, and how they tell what it saw."""
import contextlib
import json
import subprocess
import sys
import tempfile

from playwright.sync_api import sync_playwright


def start():
    profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    process = subprocess.Popen(
        ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
         f"--user-data-dir={profile.name}", "about:blank"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    for line in process.stderr:
        if "DevTools listening on" in line:
            return profile, process, line.split()[-1]
    sys.exit("chromium did not start")


def say(**facts):
    """A line for the test that started this: RunningProcess.messages("saw") reads it."""
    print("saw", json.dumps(facts), flush=True)


@contextlib.contextmanager
def browser():
    """A browser of playwright's, and the list of errors that its first page tells in its console: (browser, page, errors)."""
    profile, process, endpoint = start()
    try:
        with sync_playwright() as playwright:
            opened = playwright.chromium.connect_over_cdp(endpoint)
            errors = []
            page = opened.contexts[0].new_page()
            page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
            page.on("pageerror", lambda e: errors.append(str(e)))
            yield opened, page, errors
    finally:
        process.kill()
        process.wait()
        profile.cleanup()
