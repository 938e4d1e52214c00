#!/usr/bin/env python3
"""Sends half an hour of samples, as well-known exporters have them, by remote write: the files series*.txt say which.

feed.py URL — prints "saw" with the last moment, in seconds. A line of a file:

    @ job=node instance=10.0.0.5:9100|web-1:9100      labels of all lines below
    name KIND VALUE[,VALUE…] [label=value|value …]     a series for each combination; %XX in values as in addresses

KIND: c grows by so much a second, g is around that number, k is that number ("T+60": a minute behind the last moment),
h a histogram with so many observations a second. One number is a little different in each series; of several each series
has the next one.
"""
import glob
import http.client
import itertools
import json
import math
import os
import struct
import sys
import time
import urllib.parse
import zlib

SPAN, STEP = 2100, 15
BOUNDS = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"]


def combinations(parts):
    names = [part.split("=", 1)[0] for part in parts]
    lists = [[urllib.parse.unquote(one) for one in part.split("=", 1)[1].split("|")] for part in parts]
    return [dict(zip(names, values)) for values in itertools.product(*lists)]


def share(labels):
    """Between 0.5 and 1.5, always the same for the same labels."""
    return 0.5 + zlib.crc32(json.dumps(labels, sort_keys=True).encode()) % 1000 / 1000


def families(text, end):
    """(labels, value at a moment) of each series."""
    common = [{}]
    for line in text.splitlines():
        parts = line.split("#")[0].split()
        if not parts:
            continue
        if parts[0] == "@":
            common = combinations(parts[1:])
            continue
        name, kind, numbers = parts[0], parts[1], parts[2].split(",")
        own = combinations(parts[3:])
        for outer in common:
            for place, inner in enumerate(own):
                labels = {**outer, **inner, "__name__": name}
                number = numbers[place % len(numbers)]
                exact = len(numbers) > 1
                number = end + float(number[1:] or 0) if number.startswith("T") else float(number)
                yield from series(name, kind, number, labels, 1 if exact else share(labels), end)


def series(name, kind, number, labels, part, end):
    phase = share(labels) * 6
    if kind == "c":
        # A counter's rate swings by a third around its number.
        rate = number * part
        yield labels, lambda t: rate * (t - end + 86400) + rate * 60 * math.sin(t / 180 + phase)
    elif kind == "g":
        yield labels, lambda t: number * part * (1 + 0.2 * math.sin(t / 240 + phase))
    elif kind == "k":
        yield labels, lambda t: number
    elif kind == "h":
        rate = number * part
        for place, bound in enumerate(BOUNDS):
            grown = rate * min(1, (place + 1) / 9 + 0.02 * part)
            yield {**labels, "__name__": name + "_bucket", "le": bound}, lambda t, grown=grown: grown * (t - end + 86400)
        yield {**labels, "__name__": name + "_count"}, lambda t: rate * (t - end + 86400)
        yield {**labels, "__name__": name + "_sum"}, lambda t: rate * 0.2 * (t - end + 86400)


# The message of remote write 1.0, in a snappy block that compresses nothing.

def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def message(all_series, times):
    out = []
    for labels, value in all_series:
        body = b"".join(field(1, field(1, key.encode()) + field(2, text.encode())) for key, text in sorted(labels.items()) if text != "")
        body += b"".join(field(2, b"\x09" + struct.pack("<d", value(t)) + b"\x10" + varint(t * 1000)) for t in times)
        out.append(field(1, body))
    return b"".join(out)


def block(data):
    out = [varint(len(data))]
    for begin in range(0, len(data), 65536):
        piece = data[begin:begin + 65536]
        out.append(b"\xf4" + struct.pack("<H", len(piece) - 1) + piece)
    return b"".join(out)


def main(url):
    # Behind it the server has nothing of its own yet.
    end = int(time.time()) // STEP * STEP - STEP
    here = os.path.dirname(os.path.abspath(__file__))
    found = {}
    for path in sorted(glob.glob(here + "/series*.txt")):
        with open(path, encoding="utf-8") as file:
            for labels, value in families(file.read(), end):
                found.setdefault(json.dumps(labels, sort_keys=True), (labels, value))
    all_series = list(found.values())
    times = list(range(end - SPAN, end + 1, STEP))
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    headers = {"Content-Type": "application/x-protobuf", "Content-Encoding": "snappy", "X-Prometheus-Remote-Write-Version": "0.1.0"}
    for begin in range(0, len(times), 47):
        for first in range(0, len(all_series), 500):
            connection.request("POST", "/api/v1/write", block(message(all_series[first:first + 500], times[begin:begin + 47])), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status >= 300:
                sys.exit(f"{answer.status}: {text}")
    print("saw", json.dumps({"end": end, "start": end - SPAN, "series": len(all_series), "samples": len(all_series) * len(times)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
