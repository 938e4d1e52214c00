#!/usr/bin/env python3
"""Makes a site as some version of Watchpost left it, and lays it out again for a test.

stored_site.py make WATCHPOST ARCHIVE          runs that binary for some minutes, kills it, and packs what it left
stored_site.py place ARCHIVE FOLDER NAME=PORT… lays it out; NAME is exporter, sink and remote

`make` needs ffmpeg, clang, and the camera of gst-rtsp-server. What it leaves:
- samples of two days ago, sealed, and of today, in the tail; the remote of remote_write never answers
- log files: followed; rotated and read on while nobody looked; copied and cut; with half a line at the end
- an alert that fires and was told, one that is pending, one that was posted, one that is silenced, and a notification whose
  receiver was down
- a recorder that was found, and is gone
`expected.json` beside it says what the binary answered at the end, and what nobody has read yet.
"""
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.parse
import urllib.request

PARTS = pathlib.Path(__file__).resolve().parent
DAYS_BEFORE = 2
CONFIG = {
    "watchpost.yml": """\
instance: node-1
external_url: http://watch.test
storage:
  metrics: { retention: 10d, max_size: 1GB }
  logs: { retention: 10d, max_size: 1GB }
""",
    "filebeat.yml": """\
filebeat.inputs:
  - type: filestream
    id: app
    paths: ['FOLDER/logs/*.log']
    fields: { component: app }
""",
    "prometheus.yml": """\
global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s }
rule_files: [rules/*.yml]
scrape_configs:
  - job_name: plates
    static_configs: [{ targets: ['127.0.0.1:EXPORTER'], labels: { instance: reader-1 } }]
remote_write:
  - name: far
    url: http://127.0.0.1:REMOTE/write
    write_relabel_configs: [{ source_labels: [__name__], regex: 'plates_.*', action: keep }]
    queue_config: { batch_send_deadline: 200ms, min_backoff: 100ms, max_backoff: 500ms }
""",
    "rules/plates.yml": """\
groups:
  - name: plates
    rules:
      - { alert: PlateStuck, expr: 'label_replace(vector(1), "camera_id", "gate", "", "")', labels: { severity: critical } }
      - { alert: PlateMuted, expr: 'vector(2)', labels: { severity: warning } }
      - { alert: PlateSlow, expr: 'vector(3)', for: 1h, labels: { severity: warning } }
""",
    "alertmanager.yml": """\
route:
  receiver: desk
  group_by: [alertname]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 5d
  routes: [{ receiver: pager, matchers: [alertname="GateOpen"] }]
receivers:
  - name: desk
    slack_configs:
      - { api_url: 'http://127.0.0.1:SINK/desk', send_resolved: true, text: '{{ range .Alerts }}{{ .SilenceURL }} {{ end }}' }
  - name: pager
    webhook_configs: [{ url: 'http://127.0.0.1:PAGER/pager', send_resolved: true }]
""",
}
LATER = ("rules/plates.yml", "alertmanager.yml")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(what, condition, limit=120):
    end = time.time() + limit
    while time.time() < end:
        try:
            value = condition()
        except OSError:
            value = None
        if value:
            return value
        time.sleep(0.2)
    sys.exit(f"stored_site: waited {limit} s in vain for {what}")


class Exporter(http.server.BaseHTTPRequestHandler):
    count = 0

    def do_GET(self):
        Exporter.count += 1
        text = "# TYPE plates counter\n"
        for gate in range(6):
            text += f'plates_total{{gate="{gate}"}} {Exporter.count * (gate + 1)}\n'
        text += f"# TYPE plates_confidence gauge\nplates_confidence 0.{Exporter.count % 97:02}\n"
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Desk(http.server.BaseHTTPRequestHandler):
    posts = []

    def do_POST(self):
        Desk.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


def start(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Site:
    def __init__(self, watchpost, folder):
        self.watchpost, self.folder = watchpost, pathlib.Path(folder)
        self.listen = f"127.0.0.1:{free_port()}"
        self.ports = {"EXPORTER": 0, "SINK": 0, "REMOTE": free_port(), "PAGER": free_port()}
        self.clock = str(self.folder / "clock.so")
        subprocess.run(["clang", "-shared", "-fPIC", "-O1", "-o", self.clock, PARTS / "clock.c"], check=True)

    def configure(self, names):
        for name in names:
            text = CONFIG[name].replace("FOLDER", str(self.folder))
            for key, port in self.ports.items():
                text = text.replace(key, str(port))
            path = self.folder / "config" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def serve(self, offset):
        environment = dict(os.environ, LD_PRELOAD=self.clock, WATCHPOST_CLOCK_OFFSET=str(offset))
        with open(self.folder / "serve.log", "a") as log:
            process = subprocess.Popen(
                [self.watchpost, "serve", "--config", self.folder / "config", "--data", self.folder / "data",
                 "--listen", self.listen], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait("the server", lambda: self.get("/-/ready"))
        return process

    def get(self, path, **parameters):
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        with urllib.request.urlopen(f"http://{self.listen}{path}{query}", timeout=20) as answer:
            text = answer.read().decode()
        try:
            return json.loads(text)
        except ValueError:
            return text

    def post(self, path, content):
        request = urllib.request.Request(
            f"http://{self.listen}{path}", json.dumps(content).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.read().decode()

    def value(self, expression):
        rows = self.get("/api/v1/query", query=expression)["data"]["result"]
        return float(rows[0]["value"][1]) if rows else None

    def log(self, name, text, mode="a"):
        path = self.folder / "logs" / name
        path.parent.mkdir(exist_ok=True)
        with open(path, mode) as file:
            file.write(text)

    def events(self):
        return self.get("/api/watchpost/logs", query="fields.component:app", limit=5000, start=0)["events"]

    def wait_for_lines(self, count):
        wait(f"{count} lines", lambda: len(self.events()) == count)


def lines(word, first, last):
    return "".join(f"{word} line {number}\n" for number in range(first, last + 1))


def pack(site, archive, expected):
    files = {}
    for path in sorted((site.folder / "logs").iterdir()):
        facts = path.stat()
        files[path.name] = {"device": facts.st_dev, "inode": facts.st_ino}
    manifest = {"folder": str(site.folder), "ports": site.ports, "files": files}
    (site.folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True))
    (site.folder / "expected.json").write_text(json.dumps(expected, indent=1, sort_keys=True))
    with tarfile.open(archive, "w:gz") as tar:
        for name in ("config", "data", "logs", "manifest.json", "expected.json"):
            tar.add(site.folder / name, name, filter=lambda entry: entry if entry.isreg() or entry.isdir() else None)


def make(watchpost, archive):
    site = Site(os.path.abspath(watchpost), tempfile.mkdtemp(prefix="stored-site-"))
    exporter, desk = start(Exporter), start(Desk)
    site.ports.update(EXPORTER=exporter.server_port, SINK=desk.server_port)

    # Two days ago: samples and lines that are sealed by now.
    site.configure(name for name in CONFIG if name not in LATER)
    site.log("app.log", lines("app", 1, 40))
    site.log("turn.log", lines("turn", 1, 20))
    server = site.serve(-DAYS_BEFORE * 86_400)
    site.wait_for_lines(60)
    wait("samples", lambda: site.value('count_over_time(plates_total{gate="0"}[1h]) > 20'))
    server.terminate()
    server.wait()

    # Today.
    site.configure(CONFIG)
    # Long enough to be missed; a picture a second is enough of it.
    camera = subprocess.Popen(
        ["/usr/bin/python3", PARTS.parent / "camera.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    port = int(re.search(r"port (\d+)", camera.stdout.readline()).group(1))
    footage = site.folder / "footage" / "stored-yard"
    footage.mkdir(parents=True)
    recorder = subprocess.Popen(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-rtsp_transport", "tcp", "-i",
         f"rtsp://127.0.0.1:{port}/stream", "-c", "copy", "-f", "segment", "-segment_time", "5", "-segment_wrap", "3",
         footage / "%d.mkv"], stdin=subprocess.DEVNULL)
    server = site.serve(0)
    site.post("/api/v2/silences", {
        "matchers": [{"name": "alertname", "value": "PlateMuted", "isRegex": False, "isEqual": True}],
        "startsAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "endsAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 864_000)),
        "createdBy": "night shift", "comment": "new lens on Monday"})
    end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
    site.post("/api/v2/alerts", [
        {"labels": {"alertname": "GateOpen", "camera_id": "gate"}, "endsAt": end},
        {"labels": {"alertname": "LightOut", "zone": "north"}, "annotations": {"summary": "dark"}, "endsAt": end}])
    site.log("app.log", lines("app", 41, 60))
    site.log("turn.log", lines("turn", 21, 30))
    site.log("half.log", lines("half", 1, 5) + "half of a ")
    site.wait_for_lines(60 + 20 + 10 + 5)
    # Copied and cut, as logrotate does with copytruncate.
    turn = site.folder / "logs" / "turn.log"
    shutil.copy(turn, str(turn) + ".1")
    os.truncate(turn, 0)
    time.sleep(3)
    site.log("turn.log", lines("turned", 1, 5))
    site.wait_for_lines(100)
    wait("notices", lambda: len(Desk.posts) >= 2)
    # Until it has run for over a minute.
    def is_remembered():
        known = json.loads((site.folder / "data" / "found-recorders.json").read_text())
        return known.get("stored-yard", {}).get("hasRunLong")
    wait("the recorder to be remembered", is_remembered, 180)
    wait("sealed samples", lambda: len(list((site.folder / "data" / "metrics").glob("2*.sqlite"))) > 0)
    wait("sealed lines", lambda: len(list((site.folder / "data" / "logs").glob("2*.sqlite"))) > 0)
    exporter.shutdown()
    exporter.server_close()
    wait("the end of the series", lambda: site.value('up{job="plates"} == 0') == 0)
    time.sleep(2)
    now = time.time()
    with urllib.request.urlopen(f"http://{site.listen}/api/v1/alerts") as answer:
        pending = [a for a in json.load(answer)["data"]["alerts"] if a["state"] == "pending"]
    expected = {
        "series": site.get("/api/v1/query", query='{__name__=~"plates_.*"}[4d]', time=now)["data"]["result"],
        "queried_at": now,
        "events": [[e["timestamp"], e["message"]] for e in site.events()],
        "silences": site.get("/api/v2/silences"),
        "alerts": [
            {key: alert[key] for key in ("labels", "startsAt", "fingerprint", "status")}
            for alert in site.get("/api/v2/alerts")],
        "pending": pending,
        "desk": [post["text"] if "text" in post else post for post in Desk.posts],
        "token": re.search(r"silence\?token=([\w.-]+)", json.dumps(Desk.posts)).group(1),
    }
    server.send_signal(signal.SIGKILL)
    server.wait()
    expected["left_at"] = int(time.time())
    recorder.kill()
    camera.stdin.close()
    # While nobody looks: lines, a rotation, and more of the half line's file.
    site.log("app.log", lines("app", 61, 70))
    os.rename(site.folder / "logs" / "app.log", site.folder / "logs" / "app.log.1")
    site.log("app.log", lines("new", 1, 10))
    site.log("turn.log", lines("turned", 6, 8))
    expected["unread"] = (
        lines("app", 61, 70) + lines("new", 1, 10) + lines("turned", 6, 8)).splitlines()
    # A copy, as to look into it removes what a crash leaves beside the file.
    with tempfile.TemporaryDirectory() as copy:
        for path in (site.folder / "data").glob("state.sqlite*"):
            shutil.copy(path, copy)
        state = sqlite3.connect(copy + "/state.sqlite")
        expected["untold"] = state.execute("SELECT receiver, identifier FROM intents").fetchall()
        state.close()
    pack(site, archive, expected)
    shutil.rmtree(site.folder)
    print(f"stored_site: {archive}, {os.path.getsize(archive) >> 10} KiB; "
          f"{len(expected['series'])} series, {len(expected['events'])} lines, {len(expected['alerts'])} alerts")


def place(archive, folder, ports):
    folder = pathlib.Path(folder).resolve()
    with tarfile.open(archive) as tar:
        tar.extractall(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    ports["pager"] = ports["sink"]
    for path in list((folder / "config").rglob("*.yml")) + list((folder / "data").glob("*.json")):
        text = path.read_text().replace(manifest["folder"], str(folder))
        if path.suffix == ".yml":
            for name, port in ports.items():
                text = text.replace(f"127.0.0.1:{manifest['ports'][name.upper()]}", f"127.0.0.1:{port}")
        path.write_text(text)
    # The files are others now, with the same content.
    tail = sqlite3.connect(folder / "data" / "logs" / "tail.sqlite")
    moved = 0
    for source, path in tail.execute("SELECT source, path FROM offsets").fetchall():
        renamed = source
        for name, facts in manifest["files"].items():
            now = (folder / "logs" / name).stat()
            renamed = renamed.replace(f"::{facts['device']}-{facts['inode']}-", f"::{now.st_dev}-{now.st_ino}-#")
        moved += renamed != source
        tail.execute("UPDATE offsets SET source = ?, path = ? WHERE source = ?",
                     (renamed.replace("#", ""), path.replace(manifest["folder"], str(folder)), source))
    tail.commit()
    tail.close()
    subprocess.run(["clang", "-shared", "-fPIC", "-O1", "-o", folder / "clock.so", PARTS / "clock.c"], check=True)
    print(f"placed {moved}")


if sys.argv[1:2] == ["make"] and len(sys.argv) == 4:
    make(*sys.argv[2:])
elif sys.argv[1:2] == ["place"] and len(sys.argv) > 4:
    place(*sys.argv[2:4], {name: int(port) for name, port in (pair.split("=") for pair in sys.argv[4:])})
else:
    sys.exit(__doc__)
