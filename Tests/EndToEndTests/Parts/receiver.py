"""A webhook's end that writes when each notification came.

receiver.py [SLOW_UNTIL]   prints "port N"; until the Unix time SLOW_UNTIL it answers too late for anybody who hurries,
and counts nothing. Ends when standard input closes.
"""
import http.server
import json
import os
import sys
import threading
import time

slow_until = float(sys.argv[1]) if len(sys.argv) > 1 else 0


class Endpoint(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        came = time.time()
        if came < slow_until:
            time.sleep(1)
        else:
            print("got", json.dumps({"time": came, "alerts": body["alerts"]}), flush=True)
        try:
            self.send_response(200)
            self.end_headers()
        except OSError:
            pass

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
print("port", server.server_port, flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.serve_forever()
