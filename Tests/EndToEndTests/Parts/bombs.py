"""Pages that no exporter should have. Prints "port N". Ends when standard input closes."""
import http.server
import os
import sys
import threading
import zlib

CHUNK = b'a{b="c"} 1\n' * 100_000


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind = self.path.strip("/")
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        if kind == "zip":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        try:
            for piece in getattr(self, kind)():
                self.wfile.write(piece)
        except OSError:
            pass

    def endless(self):
        """Two gigabytes."""
        for _ in range(2_000_000_000 // len(CHUNK)):
            yield CHUNK

    def zip(self):
        """Two gigabytes in two megabytes."""
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        zeros = bytes(1 << 20)
        for _ in range(2_000):
            yield packer.compress(zeros)
        yield packer.flush()

    def labels(self):
        """One series with 200,000 labels."""
        yield b"a{" + b",".join(b'l%d="v"' % number for number in range(200_000)) + b"} 1\n"

    def value(self):
        """One label of 30 megabytes."""
        yield b'a{l="' + b"x" * 30_000_000 + b'"} 1\n'

    def line(self):
        """60 megabytes without an end of line."""
        yield b"x" * 60_000_000

    def good(self):
        yield b"good 1\n"

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"port {server.server_address[1]}", flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.serve_forever()
