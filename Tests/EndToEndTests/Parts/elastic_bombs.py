#!/usr/bin/env python3
"""Sends bulk requests that no program should send, and prints what is not refused as it should be.

    elastic_bombs.py URL
"""
import gzip
import json
import select
import socket
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlparse

url = sys.argv[1] + "/elasticsearch"


def post(path, body, **headers):
    request = urllib.request.Request(
        url + path, data=body, method="POST", headers={"Content-Type": "application/x-ndjson", **headers})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def post_long(path, size):
    """The status of a document of `size` bytes; the answer comes before it was sent."""
    address = urlparse(url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        head = b'{"index":{}}\n{"m":"'
        connection.sendall((
            f"POST {address.path}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size + len(head)}\r\n"
            "Content-Type: application/x-ndjson\r\n\r\n").encode() + head)
        connection.setblocking(False)
        piece, deadline = b"x" * (1 << 20), time.monotonic() + 60
        while time.monotonic() < deadline:
            readable, writable, _ = select.select([connection], [connection], [], 1)
            if readable:
                return int(connection.recv(1000).split()[1])
            if writable:
                connection.send(piece)


def check(what, found, wanted):
    if found != wanted:
        raise SystemExit(f"{what}: {str(found)[:500]} instead of {wanted}")


good = b'{"index":{}}\n{"fine":1}\n'
check("a bomb", post("/x/_bulk", gzip.compress(b"\n" * (200 << 20), 1), **{"Content-Encoding": "gzip"})[0], 413)
check("a bomb of documents", post("/x/_bulk", gzip.compress(good * 5_000_000, 1), **{"Content-Encoding": "gzip"})[0], 413)
check("no gzip", post("/x/_bulk", good, **{"Content-Encoding": "gzip"})[0], 400)
check("half a gzip", post("/x/_bulk", gzip.compress(good * 100)[:-9], **{"Content-Encoding": "gzip"})[0], 400)
check("100 MB", post_long("/x/_bulk", 100 << 20), 413)
status, answer = post("/x/_bulk", b'{"index":{}}\n{"m":"' + b"x" * (20 << 20) + b'"}\n' + good)
check("20 MB", (status, [item["index"]["status"] for item in answer["items"]]), (200, [413, 201]))
check("half a line", post("/x/_bulk", good + b'{"index":{}}\n{"m":')[0], 400)
check("many levels", [item["index"]["status"] for item in post(
    "/x/_bulk", b'{"index":{}}\n' + b'{"a":' * 100000 + b"1" + b"}" * 100000 + b"\n" + good)[1]["items"]], [400, 201])
check("many names", [item["index"]["status"] for item in post("/x/_bulk", b'{"index":{}}\n{' + b",".join(
    b'"n%d":1' % n for n in range(100000)) + b"}\n" + good)[1]["items"]], [400, 201])
check("a long question", post("/_search", b'{"query":{"bool":{"must":' + b'{"bool":{"must":' * 50000)[0], 400)
check("many questions", post("/_msearch", b'{}\n{}\n' * 1000)[0], 400)
# A length that is wrong: the rest never comes.
address = urlparse(url)
with socket.create_connection((address.hostname, address.port)) as connection:
    connection.sendall(
        b"POST /elasticsearch/x/_bulk HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n" + good)
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(40)
    check("a wrong length", b" 200 " in connection.recv(1000), False)
with urllib.request.urlopen(url + "/x/_count") as answer:
    check("what was stored", json.load(answer)["count"], 3)
print("all is well")
