#!/usr/bin/env python3
"""An HTTP endpoint that writes every posted body as one line to standard output.

webhook.py   prints "port N". Ends when standard input closes.
"""
import http.server
import json
import os
import sys
import threading


class Endpoint(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print("post", json.dumps({"path": self.path, "body": json.loads(body)}), flush=True)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
print("port", server.server_port, flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.serve_forever()
