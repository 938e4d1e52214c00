#!/usr/bin/env python3
"""Grafana's HTTP API for dashboards and folders, as strict as its documentation and its own answers.

grafana_api.py SEED.json [--path /grafana] [--tls CERT KEY]   prints "port N", then a JSON line a request, each with what
was wrong in it besides the answer; ends when standard input closes.

SEED.json: { "token": "…", "rights": "edit" | "view", "folders": { UID: TITLE }, "dashboards": [ { "folder": UID, "json": {…},
"fault": … } ] }. A fault is what the answer to that dashboard has: "slow" (three seconds), "cut", "huge" (60 MB), "busy" (429
twice, with Retry-After), "denied" (403), "page" (HTML with status 200), "noutf8".
"""
import argparse
import http.server
import json
import re
import ssl
import sys
import threading
import time
import urllib.parse

options = argparse.ArgumentParser()
options.add_argument("seed")
options.add_argument("--path", default="")
options.add_argument("--tls", nargs=2)
options = options.parse_args()
seed = json.load(open(options.seed))
lock = threading.Lock()
folders = dict(seed.get("folders", {}))
dashboards, faults, busy = {}, {}, {}
for number, one in enumerate(seed.get("dashboards", []), 1):
    stored = {**one["json"], "id": number, "version": one["json"].get("version", 1)}
    dashboards[stored["uid"]] = (one.get("folder", ""), stored)
    faults[stored["uid"]] = one.get("fault")
bodyMax = 32 << 20


class Refused(Exception):
    def __init__(self, code, message, headers=None, **more):
        self.code, self.headers = code, headers or {}
        # As it is answered today, with values that are no texts.
        self.answer = {"message": message, "traceID": "", "extra": None, "statusCode": code, **more}


def number(query, name, usual):
    text = query.get(name, str(usual))
    return int(text) if text.isdigit() and int(text) > 0 else usual


def paged(query, items, most):
    limit = number(query, "limit", 1000)
    if limit > most:
        raise Refused(422, f"Limit is above maximum allowed ({most}), use page parameter to access hits beyond limit")
    begin = (number(query, "page", 1) - 1) * limit
    return items[begin:begin + limit]


def search(query, body):
    if query.get("type") not in (None, "dash-db", "dash-folder"):
        raise Refused(400, "bad request data")
    found = []
    if query.get("type") != "dash-db":
        found += [{"uid": uid, "title": title, "type": "dash-folder"} for uid, title in folders.items()]
    if query.get("type") != "dash-folder":
        for uid, (folder, one) in dashboards.items():
            hit = {"id": one["id"], "uid": uid, "title": one["title"], "uri": "db/x", "url": f"/d/{uid}/x", "slug": "",
                   "type": "dash-db", "tags": one.get("tags", []), "isStarred": False, "sortMeta": 0}
            if folder:
                hit.update({"folderId": 1, "folderUid": folder, "folderTitle": folders[folder]})
            found.append(hit)
    return 200, paged(query, found, 5000)


def dashboard(query, body, uid):
    if uid not in dashboards:
        raise Refused(404, "Dashboard not found")
    if faults.get(uid) == "denied":
        raise Refused(403, "You'll need additional permissions to perform this action. Permissions needed: dashboards:read",
                      accessErrorId="ACE0000000001", title="Access denied")
    if faults.get(uid) == "busy" and busy.setdefault(uid, 0) < 2:
        busy[uid] += 1
        raise Refused(429, "Too many requests", {"Retry-After": "1"})
    folder, stored = dashboards[uid]
    meta = {"type": "db", "canSave": True, "slug": "x", "url": f"/d/{uid}/x", "version": stored["version"], "isFolder": False,
            "folderId": 1 if folder else 0, "folderUid": folder, "folderTitle": folders.get(folder, "General"),
            "provisioned": False}
    return 200, {"meta": meta, "dashboard": stored}


def save(query, body):
    sent = body.get("dashboard")
    if not isinstance(sent, dict):
        raise Refused(400, "bad request data")
    if seed.get("rights") == "view":
        raise Refused(403, "You'll need additional permissions to perform this action. Permissions needed: dashboards:create")
    title, uid = sent.get("title"), sent.get("uid") or ""
    if not isinstance(title, str) or not title.strip():
        raise Refused(400, "Dashboard title cannot be empty", status="empty-name")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", uid):
        raise Refused(400, "uid contains illegal characters")
    if len(uid) > 40:
        raise Refused(400, "uid too long, max 40 characters")
    folder = body.get("folderUid") or ""
    if folder and folder not in folders:
        raise Refused(400, "folder not found")
    if sent.get("id") is not None and all(one["id"] != sent["id"] for _, one in dashboards.values()):
        raise Refused(404, "Dashboard not found", status="not-found")
    overwrites = body.get("overwrite") is True
    old = dashboards.get(uid)
    if old and not overwrites and old[1]["version"] != sent.get("version"):
        raise Refused(412, "The dashboard has been changed by someone else", status="version-mismatch")
    if any(one["title"] == title and where == folder and other != uid for other, (where, one) in dashboards.items()):
        if not overwrites:
            raise Refused(412, "A dashboard with the same name in the folder already exists", status="name-exists")
    version = old[1]["version"] + 1 if old else 1
    number = old[1]["id"] if old else len(dashboards) + 1
    uid = uid or f"made{number}"
    dashboards[uid] = (folder, {**sent, "id": number, "uid": uid, "version": version})
    return 200, {"id": number, "uid": uid, "url": f"/d/{uid}/x", "status": "success", "version": version, "slug": "x",
                 "folderUid": folder}


def all_folders(query, body):
    return 200, paged(query, [{"id": 1, "uid": uid, "title": title} for uid, title in folders.items()], 1000)


def make_folder(query, body):
    title = body.get("title")
    if not isinstance(title, str) or not title.strip():
        raise Refused(400, "folder title cannot be empty")
    if title in folders.values():
        raise Refused(409, "a folder with the same name already exists in the current location")
    uid = body.get("uid") or f"folder{len(folders) + 1}"
    folders[uid] = title
    return 200, {"id": len(folders), "uid": uid, "title": title, "url": f"/dashboards/f/{uid}/x", "version": 1}


routes = [
    ("GET", r"/api/search/?", search), ("GET", r"/api/dashboards/uid/([^/]+)", dashboard),
    ("POST", r"/api/dashboards/db/?", save), ("GET", r"/api/folders/?", all_folders), ("POST", r"/api/folders/?", make_folder),
    ("GET", r"/api/org/?", lambda query, body: (200, {"id": 1, "name": "Main Org."})),
]


class Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self):
        path, _, query = self.path.partition("?")
        if not path.startswith(options.path + "/"):
            raise Refused(404, "Not found")
        path, query = path[len(options.path):], dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        given = self.headers.get_all("Authorization") or []
        if not path.startswith("/api/"):
            raise Refused(404, "Not found") if given else Refused(302, "Found", {"Location": options.path + "/login"})
        if not given:
            # Behind a proxy with a login of its own, or with a login by another service.
            if seed.get("login"):
                raise Refused(302, "Found", {"Location": f"{options.path}/login?token=s3cret"})
            raise Refused(401, "Unauthorized")
        if given != ["Bearer " + seed["token"]]:
            raise Refused(401, "Invalid API key", messageId="api-key.invalid")
        if self.headers.get("X-Grafana-Org-Id", "1") != "1":
            raise Refused(403, "You do not belong to this organization")
        body = None
        if self.command == "POST":
            size = int(self.headers.get("Content-Length") or 0)
            if size > bodyMax:
                raise Refused(413, "request body too large")
            content = self.rfile.read(size)
            if (self.headers.get("Content-Type") or "").split(";")[0].strip() != "application/json":
                raise Refused(415, "Unsupported Media Type")
            try:
                body = json.loads(content)
            except ValueError:
                raise Refused(400, "bad request data")
            if not isinstance(body, dict):
                raise Refused(400, "bad request data")
        for method, pattern, act in routes:
            match = re.fullmatch(pattern, path)
            if match and method == self.command:
                return act(query, body, *map(urllib.parse.unquote, match.groups()))
        raise Refused(404, "Not found")

    def do(self):
        headers = {}
        try:
            with lock:
                status, answer = self.answer()
        except Refused as refused:
            status, answer, headers = refused.code, refused.answer, refused.headers
        fault = faults.get(self.path.rsplit("/", 1)[-1]) if self.command == "GET" and status == 200 else None
        print("asked", json.dumps({"method": self.command, "path": self.path, "status": status}), flush=True)
        content, kind = json.dumps(answer).encode(), "application/json; charset=UTF-8"
        if fault == "slow":
            time.sleep(3)
        elif fault == "huge":
            content = content[:-2] + b', "long": "' + b"x" * (60 << 20) + b'"}}'
        elif fault == "page":
            content, kind = b"<!DOCTYPE html><title>Grafana</title>", "text/html"
        elif fault == "noutf8":
            content = content.replace(b"BYTES", b"\xff\xfe")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            if fault == "cut":
                self.wfile.write(content[:len(content) // 2])
                self.close_connection = True
            else:
                self.wfile.write(content)
        except OSError:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
server.daemon_threads = True
if options.tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*options.tls)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("port", server.server_address[1], flush=True)
for line in sys.stdin:
    # "state" asks what it has now.
    if line.strip() == "state":
        with lock:
            print("state", json.dumps({"folders": folders, "dashboards": {
                uid: {"folder": folder, "json": one} for uid, (folder, one) in dashboards.items()}}), flush=True)
