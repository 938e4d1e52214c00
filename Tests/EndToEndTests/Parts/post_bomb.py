"""Sends one request that holds much: post_bomb.py URL NAME. Prints the status and the answer."""
import struct
import sys
import time
import urllib.error
import urllib.request
import zlib

NOW = int(time.time() * 1000)
MB = 1_000_000


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def snappy(data, distance=1200):
    """Only literals, and copies of 64 bytes from one distance."""
    out, at = bytearray(varint(len(data))), 0
    while at < len(data):
        piece = data[at:at + 60]
        if at >= distance and data[at - distance:at - distance + 64] == data[at:at + 64] and at + 64 <= len(data):
            out += bytes([63 << 2 | 2]) + struct.pack("<H", distance)
            at += 64
        else:
            out += bytes([len(piece) - 1 << 2]) + piece
            at += len(piece)
    return bytes(out)


def gzip(data):
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def label(name, value):
    return field(1, field(1, name) + field(2, value))


def sample(value=1.0, at=NOW):
    return field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + varint(at))


def write1(content, distance=1200):
    return "/api/v1/write", {"Content-Encoding": "snappy"}, snappy(content, distance)


def write2(content):
    return "/api/v1/write", {
        "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf;proto=io.prometheus.write.v2.Request",
    }, snappy(content)


def read(content):
    return "/api/v1/read", {"Content-Encoding": "snappy"}, snappy(content)


def otlp(content, kind, packed=True):
    headers = {"Content-Type": "application/" + kind}
    if packed:
        headers["Content-Encoding"] = "gzip"
    return "/v1/metrics", headers, gzip(content) if packed else content


def proto(content):
    return otlp(content, "x-protobuf")


def json(text):
    return otlp(text.encode(), "json")


def metrics(inner):
    return '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[' + inner + "]}]}]}"


def repeated(unit, size=60 * MB):
    return ",".join([unit] * (size // (len(unit) + 1)))


def points(inner):
    return metrics('{"name":"a","gauge":{"dataPoints":[' + inner + "]}}")


def scoped(metric):
    return field(1, field(2, field(2, metric)))


NAME = label(b"__name__", b"a")
SERIES = field(1, NAME + b"\x12\x00")
JSON_UNIT = '{"name":"a","gauge":{"dataPoints":[{"asDouble":1,"timeUnixNano":"1"}]}}'


def honest_points(count, size):
    for number in range(count):
        yield (
            '{"timeUnixNano":"%d000000","asDouble":%d,"attributes":[{"key":"number","value":{"stringValue":"%d"}}'
            % (NOW, number, number)
            + "".join(
                ',{"key":"l%d","value":{"stringValue":"%s"}}' % (index, "x" * 14) for index in range(size)) + "]}")


def honest_write1(count, width):
    return b"".join(
        field(1, NAME + label(b"number", b"%06d" % number) + label(b"text", b"x" * width) + sample())
        for number in range(count))


BOMBS = {
    "write1-exemplars": lambda: write1(field(1, NAME + sample() + b"\x1a\x00" * (30 * MB))),
    "write1-samples": lambda: write1(field(1, NAME + b"\x12\x00" * (30 * MB))),
    "write1-labels": lambda: write1(field(1, b"\x0a\x00" * (30 * MB) + sample())),
    "write1-exemplar-labels": lambda: write1(field(1, NAME + field(3, b"\x0a\x00" * (30 * MB)))),
    "write1-series": lambda: write1(SERIES * (60 * MB // len(SERIES)), len(SERIES) * 64),
    "write2-symbols": lambda: write2(b"\x22\x00" * (30 * MB)),
    "write2-series": lambda: write2(b"\x22\x00" + b"\x2a\x00" * (30 * MB)),
    "write2-refs": lambda: write2(b"\x22\x00" + field(5, field(1, bytes(60 * MB)))),
    "write2-exemplars": lambda: write2(b"\x22\x00" + field(5, b"\x22\x00" * (30 * MB))),
    "write2-label-bytes": lambda: write2(
        field(4, b"") + field(4, b"__name__") + field(4, b"a") + field(4, b"x" * 60_000)
        + field(5, field(1, bytes([1, 2])) + b"".join([field(4, field(1, bytes([2, 3])))] * 90_000))),
    "read-queries": lambda: read(b"\x0a\x00" * (7 * MB)),
    "read-matchers": lambda: read(field(1, field(3, b"\x08\x02" + field(2, b"a") + field(3, b"(a|b){9}")) * 100_000)),
    "json-metrics": lambda: json(metrics(repeated(JSON_UNIT))),
    "json-empty-metrics": lambda: json(metrics(repeated("{}"))),
    "json-resources": lambda: json('{"resourceMetrics":[' + repeated("{}") + "]}"),
    "json-points": lambda: json(points(repeated("{}"))),
    "json-attributes": lambda: json(points('{"attributes":[' + repeated("{}") + "]}")),
    "json-resource": lambda: json('{"resourceMetrics":[{"resource":{"attributes":[' + repeated("{}") + "]}}]}"),
    "json-buckets": lambda: json(metrics('{"histogram":{"dataPoints":[{"bucketCounts":[' + repeated("1") + "]}]}}")),
    "json-deep": lambda: json(points('{"attributes":' + "[" * (30 * MB) + "]" * (30 * MB) + "}")),
    "json-many-attributes": lambda: json(
        points(repeated('{"attributes":[' + ",".join(['{"key":"a"}'] * 1_000) + "]}"))),
    "proto-resources": lambda: proto(b"\x0a\x00" * (30 * MB)),
    "proto-metrics": lambda: proto(field(1, field(2, b"\x12\x00" * (30 * MB)))),
    "proto-points": lambda: proto(scoped(field(5, b"\x0a\x00" * (30 * MB)))),
    "proto-attributes": lambda: proto(scoped(field(5, field(1, b"\x3a\x00" * (30 * MB))))),
    "proto-buckets": lambda: proto(scoped(field(9, field(1, field(6, bytes(60 * MB)))))),
    "proto-quantiles": lambda: proto(scoped(field(11, field(1, b"\x32\x00" * (30 * MB))))),
    "proto-list": lambda: proto(
        scoped(field(5, field(1, field(7, field(1, b"a") + field(2, field(5, b"\x0a\x00" * (30 * MB)))))))),
    # A long name stands in every sample, and long attributes in every bucket.
    "proto-long-name": lambda: proto(
        scoped(field(1, b"x" * (30 * MB)) + field(5, field(1, b"\x21" + bytes(8)) * 100_000))),
    "proto-wide-buckets": lambda: proto(
        scoped(
            field(1, b"a") + field(9, b"\x10\x02" + field(1, b"\x19" + struct.pack("<Q", NOW * MB)
            + field(9, field(1, b"l") + field(2, field(1, b"x" * 60_000)))
            + field(6, bytes(8 * 20_001)) + field(7, b"".join(struct.pack("<d", n) for n in range(20_000))))))),
    "proto-zip": lambda: proto(bytes(1_000 * MB)),
    "honest-json": lambda: json(points(",".join(honest_points(100_000, 10)))),
    "honest-json-plain": lambda: otlp(points(",".join(honest_points(100_000, 10))).encode(), "json", False),
    "honest-write1": lambda: write1(honest_write1(100_000, 540), len(honest_write1(1, 540)) * 4),
}

path, headers, body = BOMBS[sys.argv[2]]()
headers.setdefault("Content-Type", "application/x-protobuf")
try:
    answer = urllib.request.urlopen(urllib.request.Request(sys.argv[1] + path, body, headers), timeout=300)
except urllib.error.HTTPError as error:
    answer = error
print("retry", answer.headers.get("Retry-After"), "status", answer.status, answer.read().decode("utf-8", "replace"), flush=True)
