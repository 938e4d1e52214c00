#!/usr/bin/env python3
"""Checks requests as Twilio documents them for POST /2010-04-01/Accounts/{AccountSid}/Messages.json.

twilio.py ACCOUNT TOKEN   prints "port N", then a JSON line a request. A number that ends in 0000 is refused for ever, one
that ends in 0001 is refused once as too busy. Ends when standard input closes.
"""
import base64
import http.server
import json
import os
import re
import sys
import threading
import urllib.parse

account, token = sys.argv[1:3]
login = "Basic " + base64.b64encode(f"{account}:{token}".encode()).decode()
busy = set()
count = 0


def judge(path, headers, body):
    if path != f"/2010-04-01/Accounts/{account}/Messages.json":
        return 404, {"code": 20404, "message": f"The requested resource {path} was not found"}
    if headers["Authorization"] != login:
        return 401, {"code": 20003, "message": "Authenticate"}
    if headers["Content-Type"] != "application/x-www-form-urlencoded":
        return 415, {"code": 20007, "message": "Unsupported Media Type"}
    fields = dict(urllib.parse.parse_qsl(body, strict_parsing=True))
    if not re.fullmatch(r"\+[1-9]\d{1,14}", fields.get("To", "")) or fields["To"].endswith("0000"):
        return 400, {"code": 21211, "message": f"Invalid 'To' Phone Number: {fields.get('To')}"}
    if ("From" in fields) == ("MessagingServiceSid" in fields):
        return 400, {"code": 21603, "message": "A 'From' phone number is required"}
    if not fields.get("Body"):
        return 400, {"code": 21602, "message": "Message body is required"}
    if len(fields["Body"]) > 1600:
        return 400, {"code": 21617, "message": "The concatenated message body exceeds the 1600 character limit"}
    if fields["To"].endswith("0001") and fields["To"] not in busy:
        busy.add(fields["To"])
        return 429, {"code": 20429, "message": "Too Many Requests"}
    return 201, {"sid": "SM" + f"{count:032x}", "status": "queued", "to": fields["To"], "body": fields["Body"]}


class Endpoint(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        global count
        count += 1
        body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        status, answer = judge(self.path, self.headers, body)
        answer["status"] = answer.get("status", status)
        print("sms", json.dumps({"status": status, "fields": dict(urllib.parse.parse_qsl(body))}), flush=True)
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
print("port", server.server_port, flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.serve_forever()
