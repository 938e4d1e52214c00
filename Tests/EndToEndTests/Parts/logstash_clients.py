"""Logs with python-logstash, and sends messages of GELF, to the ports given: TCP, UDP, GELF's."""
import json
import logging
import socket
import sys
import time
import zlib

import logstash

tcp, udp, gelf = (int(port) for port in sys.argv[1:4])
for kind, handler in (("tcp", logstash.TCPLogstashHandler), ("udp", logstash.UDPLogstashHandler)):
    logger = logging.getLogger(kind)
    handler = handler("127.0.0.1", port=tcp if kind == "tcp" else udp, version=1)
    handler.formatter.host = "camera-host"
    logger.addHandler(handler)
    logger.error("disk full by %s", kind, extra={"camera": "gate"})
message = {
    "version": "1.1", "host": "h", "short_message": "by gelf", "timestamp": time.time(), "_user": "u",
    "_text": "long " * 5000,
}
packed = zlib.compress(json.dumps(message).encode(), level=0)
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
pieces = [packed[start:start + 1400] for start in range(0, len(packed), 1400)]
for number, piece in reversed(list(enumerate(pieces))):
    sender.sendto(b"\x1e\x0f" + b"messagid" + bytes([number, len(pieces)]) + piece, ("127.0.0.1", gelf))
print("sent", flush=True)
