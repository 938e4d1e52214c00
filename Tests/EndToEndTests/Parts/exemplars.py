"""An exporter of OpenMetrics whose counter has an exemplar. Prints "port N". Ends when standard input closes."""
import http.server
import os
import sys
import threading
import time

PAGE = """# TYPE requests counter
# HELP requests Requests.
requests_total{{path="/a b"}} {count} # {{trace_id="abc{count}"}} 0.5 {now:.3f}
requests_total{{path="/c"}} 1
# EOF
"""


class Handler(http.server.BaseHTTPRequestHandler):
    count = 0

    def do_GET(self):
        Handler.count += 1
        body = PAGE.format(count=Handler.count, now=time.time()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"port {server.server_address[1]}", flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.serve_forever()
