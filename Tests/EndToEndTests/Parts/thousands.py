#!/usr/bin/env python3
"""Exporters of many recording nodes, as their agents' pages are.

thousands.py CAMERAS NODES   prints "port N"; the page of a node is http://127.0.0.1:N/nodes/NUMBER/metrics
Commands on standard input: `down NUMBER` and `up NUMBER` of the camera cam-NUMBER; each is answered with "done".
"""
import http.server
import sys
import threading
import time

cameras, nodes = int(sys.argv[1]), int(sys.argv[2])
down = set()


def page(node):
    now = time.time()
    lines = []
    for camera in range(node, cameras, nodes):
        name = '{camera_id="cam-%d"}' % camera
        up = camera not in down
        lines += [f"camera_connection_status{name} {int(up)}", f"camera_fps{name} {(24 + (now + camera) % 2) * up:.1f}",
                  f"camera_fps_expected{name} 25", f"camera_bitrate{name} {2000000 * up}",
                  f"camera_last_frame_timestamp{name} {now:.3f}"]
    return "\n".join(lines) + "\n"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = page(int(self.path.split("/")[2])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("port", server.server_port, flush=True)
for line in sys.stdin:
    command, number = line.split()
    (down.add if command == "down" else down.discard)(int(number))
    print("done", flush=True)
