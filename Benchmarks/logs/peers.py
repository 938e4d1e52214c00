#!/usr/bin/env python3
"""What other stores of text take for the same lines, each in a process of its own.

    Benchmarks/logs/peers.py fts5|clickhouse FOLDER FILE...

Prints a JSON object: CPU in microseconds a line, bytes a line on disk, peak of memory in MiB, and for each query of
standard input (a JSON object a line: `kind` and `text`) how many were found, 100 at most, and its CPU in milliseconds.
Lines are stored as they stand, with their number: no field is made of them, and newest means last. `fts5` is SQLite's index of
words; `clickhouse` needs the package `chdb`.
"""
import json
import os
import resource
import sys


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def size(path):
    return sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(path) for name in names)


def lines(files):
    for path in files:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                yield (line.rstrip("\n"),)


class FTS5:
    def __init__(self, folder):
        import re
        import sqlite3
        self.store = sqlite3.connect(folder + "/lines.sqlite")
        self.store.execute("PRAGMA journal_mode=WAL")
        self.store.execute("CREATE VIRTUAL TABLE lines USING fts5(line)")
        self.store.create_function(
            "regexp", 2, lambda pattern, text: re.search(pattern, text) is not None, deterministic=True)

    def ingest(self, files):
        with self.store:
            self.store.executemany("INSERT INTO lines VALUES (?)", lines(files))
        self.store.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def query(self, kind, text):
        condition = {
            "words": "lines MATCH ?", "contains": "line LIKE '%' || ? || '%'", "regex": "line REGEXP ?",
        }[kind]
        if kind == "words":
            text = " AND ".join('"%s"' % word for word in text.split())
        return len(self.store.execute(
            "SELECT line FROM lines WHERE %s ORDER BY rowid DESC LIMIT 100" % condition, (text,)).fetchall())


class ClickHouse:
    def __init__(self, folder):
        from chdb import session
        self.store = session.Session(folder)
        self.store.query("CREATE DATABASE IF NOT EXISTS logs")
        self.store.query("SET max_threads = 2")
        self.store.query(
            "CREATE TABLE logs.lines (number UInt64, line String,"
            " INDEX words line TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 1) ENGINE = MergeTree ORDER BY number")
        self.count = 0

    def ingest(self, files):
        for place, path in enumerate(files):
            self.store.query(
                "INSERT INTO logs.lines SELECT %d + rowNumberInAllBlocks(), line"
                " FROM file('%s', 'LineAsString', 'line String')" % (place << 32, path))
        self.store.query("OPTIMIZE TABLE logs.lines FINAL")

    def query(self, kind, text):
        def quoted(value):
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        if kind == "words":
            condition = " AND ".join("hasToken(line, %s)" % quoted(word) for word in text.split())
        else:
            condition = ("position(line, %s) > 0" if kind == "contains" else "match(line, %s)") % quoted(text)
        answer = self.store.query(
            "SELECT line FROM logs.lines WHERE %s ORDER BY number DESC LIMIT 100" % condition, "TabSeparated")
        return len(str(answer).splitlines())


kind, folder, files = sys.argv[1], sys.argv[2], sys.argv[3:]
os.makedirs(folder)
count = sum(1 for _ in lines(files))
start = cpu()
store = {"fts5": FTS5, "clickhouse": ClickHouse}[kind](folder)
store.ingest(files)
result = {"cpu_us_a_line": (cpu() - start) * 1e6 / count, "bytes_a_line": size(folder) / count, "queries": []}
for row in sys.stdin:
    query = json.loads(row)
    costs = []
    for _ in range(3):
        start = cpu()
        found = store.query(query["kind"], query["text"])
        costs.append((cpu() - start) * 1000)
    result["queries"].append({"found": found, "cpu_ms": sorted(costs)[1]})
result["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(result))
