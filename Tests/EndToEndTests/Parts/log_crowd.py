"""Clients that search the logs of a day, over and over, and one that asks for a small query meanwhile.

log_crowd.py PORT CLIENTS SECONDS. Prints an object of JSON, and at a line of input all leave in the middle of their
searches."""
import collections
import http.client
import json
import os
import sys
import threading
import time
import urllib.parse

PORT, CLIENTS, SECONDS = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
# Each looks at every event.
SEARCHES = [
    {"query": "message:/.*q.*x.*z.*/", "limit": "10"},
    {"query": "message:*onnection*nowhere*", "limit": "100"},
    {"query": "NOT level:NONE", "limit": "0", "total": "true", "histogram": "60", "terms": "level,component"},
    {"query": "message:/.*segment.*/", "limit": "0", "total": "true", "terms": "camera_id"},
]
answers, longest, broken = collections.Counter(), 0.0, []


def search(number):
    global longest
    path = "/api/watchpost/logs?start=now-2d&" + urllib.parse.urlencode(SEARCHES[number % len(SEARCHES)])
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    while True:
        asked = time.monotonic()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        except OSError as error:
            broken.append(str(error))
            return
        answers[str(answer.status)] += 1
        longest = max(longest, time.monotonic() - asked)
        if answer.status != 200:
            if answer.status != 503 or not answer.getheader("Retry-After") or b"ask again" not in body:
                broken.append("%d: %s" % (answer.status, body[:200]))
            time.sleep(0.2)


for number in range(CLIENTS):
    threading.Thread(target=search, args=(number,), daemon=True).start()
time.sleep(1)
times = []
connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
end = time.monotonic() + SECONDS
while time.monotonic() < end or sum(answers.values()) < CLIENTS and time.monotonic() < end + 120:
    asked = time.monotonic()
    connection.request("GET", "/api/v1/query?query=1")
    assert connection.getresponse().read().startswith(b'{"status":"success"')
    times.append(time.monotonic() - asked)
    time.sleep(0.02)
times.sort()
print(json.dumps({
    "queries": len(times), "longest": times[-1], "usual": times[len(times) // 2], "second": times[-2],
    "answers": answers, "longestSearch": longest, "broken": broken[:5],
}), flush=True)
sys.stdin.readline()
# Without a word, as a browser whose window is closed.
os._exit(0)
