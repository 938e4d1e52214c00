#!/usr/bin/env python3
"""Loads events into a server by _bulk, asks it for aggregations, and compares each answer with SQL over the same events.

    elastic_aggregations.py URL EVENTS.ndjson TRUTH.json
"""
import json
import math
import random
import sqlite3
import sys
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

url, path, truth = sys.argv[1:4]
truth = json.load(open(truth))
events = [json.loads(line) for line in open(path)]
failures = 0


def call(path, body, method="POST", kind="application/json"):
    request = urllib.request.Request(
        url + "/elasticsearch" + path, data=body, method=method, headers={"Content-Type": kind})
    try:
        return json.load(urllib.request.urlopen(request))
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{path} {body[:300]}: {error.code} {error.read()[:500]}")


for start in range(0, len(events), 2000):
    lines = "".join('{"create":{}}\n' + json.dumps(event) + "\n" for event in events[start:start + 2000])
    assert not call("/gen/_bulk", lines.encode(), kind="application/x-ndjson")["errors"]


def milliseconds(text):
    return int(round(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000))


columns = ["component", "level", "camera_id", "node", "module", "status", "response_time", "bytes", "client_ip",
           "path", "user"]
sql = sqlite3.connect(":memory:")
sql.execute(f"CREATE TABLE e (ts INTEGER, {', '.join(columns)})")
sql.executemany(
    f"INSERT INTO e VALUES ({', '.join('?' * (len(columns) + 1))})",
    [[milliseconds(event["@timestamp"])] + [event.get(name) for name in columns] for event in events])


def rows(text):
    return sql.execute(text).fetchall()


def ask(aggregations, query=None):
    body = {"size": 0, "aggs": aggregations, "track_total_hits": True}
    if query:
        body["query"] = query
    answer = call("/gen/_search", json.dumps(body).encode())
    assert not answer["timed_out"], aggregations
    return answer["aggregations"]


def close(left, right):
    if left is None or right is None:
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(close(a, b) for a, b in zip(left, right))
    return left == right


def equal(what, found, wanted):
    global failures
    if not close(found, wanted):
        failures += 1
        print(f"{what}: {str(found)[:600]} instead of {str(wanted)[:600]}")


checks = 0
queries = [
    (None, "1"), ({"term": {"component": "api"}}, "component = 'api'"),
    ({"bool": {"filter": [{"term": {"component": "recording"}}, {"terms": {"level": ["ERROR", "WARN"]}}]}},
     "component = 'recording' AND level IN ('ERROR', 'WARN')"),
    ({"range": {"status": {"gte": 400}}}, "status >= 400"), ({"match_none": {}}, "0"),
    ({"bool": {"must_not": [{"exists": {"field": "level"}}]}}, "level IS NULL"),
]
for query, where in queries:
    asked, expected = {}, []
    # Terms, in the order of their counts and then of their values.
    for field in ["component", "level.keyword", "camera_id", "status", "client_ip"]:
        name = field.removesuffix(".keyword")
        wanted = rows(f"SELECT {name}, count(*) FROM e WHERE {where} AND {name} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1")
        for size in [3, 1000]:
            asked[f"terms {field} {size}"] = {"terms": {"field": field, "size": size}}
            expected.append((f"terms {field} {size}", "key", wanted[:size], sum(row[1] for row in wanted[size:])))
    # Histograms of time, with zones.
    for interval, width in [("1h", 3600), ("10m", 600), ("1d", 86400), ("90s", 90)]:
        for zone, shift in [(None, 0), ("Asia/Ho_Chi_Minh", 25200), ("-03:30", -12600)]:
            options = {"field": "@timestamp", "fixed_interval": interval, "min_doc_count": 1}
            if zone:
                options["time_zone"] = zone
            wide = width * 1000
            asked[f"{interval} {zone}"] = {"date_histogram": options}
            expected.append((f"{interval} {zone}", "key", rows(
                f"SELECT (ts + {shift * 1000}) / {wide} * {wide} - {shift * 1000} AS k, count(*) FROM e WHERE {where} "
                "GROUP BY 1 ORDER BY 1"), None))
    for interval, form in [("month", "%Y-%m-01"), ("day", "%Y-%m-%d"), ("year", "%Y-01-01")]:
        asked[interval] = {"date_histogram": {
            "field": "@timestamp", "calendar_interval": interval, "time_zone": "+07:00", "format": "yyyy-MM-dd",
            "min_doc_count": 1}}
        expected.append((interval, "key_as_string", rows(
            f"SELECT strftime('{form}', ts / 1000 + 25200, 'unixepoch') AS k, count(*) FROM e WHERE {where} GROUP BY 1 "
            "ORDER BY 1"), None))
    answers = ask(asked, query)
    for name, key, wanted, others in expected:
        equal(f"{name} where {where}", [(b[key], b["doc_count"]) for b in answers[name]["buckets"]], wanted)
        if others is not None:
            equal(f"others of {name} where {where}", answers[name]["sum_other_doc_count"], others)
        checks += 1
    # Empty buckets between those that have events, and around them.
    first, last = rows("SELECT min(ts), max(ts) FROM e")[0]
    answer = ask({"d": {"date_histogram": {
        "field": "@timestamp", "fixed_interval": "30m",
        "extended_bounds": {"min": first - 7200000, "max": last + 7200000}}}}, query)["d"]["buckets"]
    counts = dict(rows(f"SELECT ts / 1800000 * 1800000, count(*) FROM e WHERE {where} GROUP BY 1"))
    keys = range((first - 7200000) // 1800000 * 1800000, last + 7200001, 1800000)
    equal("extended bounds", [(b["key"], b["doc_count"]) for b in answer], [(k, counts.get(k, 0)) for k in keys])
    # Numbers.
    for field in ["response_time", "status", "bytes"]:
        answer = ask({
            "s": {"stats": {"field": field}}, "c": {"value_count": {"field": field}}, "n": {"cardinality": {"field": field}},
            "min": {"min": {"field": field}}, "max": {"max": {"field": field}}, "avg": {"avg": {"field": field}},
            "sum": {"sum": {"field": field}}, "e": {"extended_stats": {"field": field}},
            "m": {"missing": {"field": field}}, "p": {"percentiles": {"field": field, "percents": [5, 50, 99]}}}, query)
        wanted = rows(
            f"SELECT count({field}), min({field}), max({field}), avg({field}), total({field}), count(DISTINCT {field}), "
            f"count(*) - count({field}), total({field} * 1.0 * {field}) FROM e WHERE {where}")[0]
        count, least, most, average, total, distinct, missing, squares = wanted
        equal(f"stats of {field} where {where}", [answer["s"][k] for k in ["count", "min", "max", "avg", "sum"]],
              [count, least, most, average, total])
        equal(f"numbers of {field}", [
            answer["c"]["value"], answer["n"]["value"], answer["min"]["value"], answer["max"]["value"],
            answer["avg"]["value"], answer["sum"]["value"], answer["m"]["doc_count"]],
            [count, distinct, least, most, average, total, missing])
        if count:
            equal(f"squares of {field}", answer["e"]["sum_of_squares"], squares)
        values = [row[0] for row in rows(
            f"SELECT {field} FROM e WHERE {where} AND {field} IS NOT NULL ORDER BY 1")]
        for percent in [5, 50, 99]:
            place = percent / 100 * (len(values) - 1)
            value = None
            if values:
                low = int(place)
                high = min(low + 1, len(values) - 1)
                value = values[low] + (values[high] - values[low]) * (place - low)
            equal(f"percentile {percent} of {field}", answer["p"]["values"][f"{float(percent)}"], value)
        checks += 7
    answer = ask({"h": {"histogram": {"field": "status", "interval": 100, "min_doc_count": 1}}}, query)["h"]["buckets"]
    equal("histogram", [(b["key"], b["doc_count"]) for b in answer], rows(
        f"SELECT status / 100 * 100.0, count(*) FROM e WHERE {where} AND status IS NOT NULL GROUP BY 1 ORDER BY 1"))
    answer = ask({"r": {"range": {"field": "response_time", "ranges": [
        {"to": 100}, {"from": 100, "to": 1000}, {"from": 1000}]}}}, query)["r"]["buckets"]
    equal("ranges", [b["doc_count"] for b in answer], list(rows(
        "SELECT total(response_time < 100), total(response_time >= 100 AND response_time < 1000), "
        f"total(response_time >= 1000) FROM e WHERE {where}")[0]))
    answer = ask({"f": {"filters": {"other_bucket": True, "filters": {
        "errors": {"term": {"level": "ERROR"}}, "api": {"query_string": {"query": "component:api"}}}}}}, query)
    buckets = answer["f"]["buckets"]
    equal("filters", [buckets[k]["doc_count"] for k in ["errors", "api", "_other_"]], list(rows(
        "SELECT total(level = 'ERROR'), total(component = 'api'), total(NOT (coalesce(level, '') = 'ERROR' OR "
        f"coalesce(component, '') = 'api')) FROM e WHERE {where}")[0]))
    # One within another, sorted by what is in them.
    answer = ask({"c": {"terms": {"field": "component", "order": {"_key": "asc"}}, "aggs": {
        "d": {"date_histogram": {"field": "@timestamp", "fixed_interval": "6h", "min_doc_count": 1}, "aggs": {
            "l": {"terms": {"field": "level", "order": {"_key": "asc"}}, "aggs": {
                "r": {"max": {"field": "response_time"}}}}}}}}}, query)["c"]["buckets"]
    found = [(c["key"], d["key"], l["key"], l["doc_count"], l["r"]["value"])
             for c in answer for d in c["d"]["buckets"] for l in d["l"]["buckets"]]
    equal("nested", found, rows(
        "SELECT component, ts / 21600000 * 21600000, level, count(*), max(response_time) FROM e "
        f"WHERE {where} AND component IS NOT NULL AND level IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"))
    answer = ask({"u": {"terms": {"field": "path", "size": 5, "order": {"slow": "desc"}}, "aggs": {
        "slow": {"avg": {"field": "response_time"}}}}}, query)["u"]["buckets"]
    equal("ordered by an average", [(b["key"], b["slow"]["value"]) for b in answer if b["slow"]["value"] is not None], rows(
        f"SELECT path, avg(response_time) FROM e WHERE {where} AND path IS NOT NULL AND response_time IS NOT NULL "
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5"))
    checks += 6

# The questions that people ask in Kibana, with the answers that the generator planted.
for text, count in [
        ("component:recording AND level:ERROR", truth["q1_recording_ERROR"]),
        ('message:"connection failed" AND component:recording', truth["q2_msg_connection_failed_recording"]),
        ("component:api AND status:>=500", truth["q3_api_5xx"]),
        ("component:api AND response_time:>1000", truth["q4_api_slow"]),
        ("component:auth AND (event:failed_login OR event:unauthorized_access)", truth["q5_auth"])]:
    body = json.dumps({"query": {"query_string": {"query": text, "analyze_wildcard": True}}, "track_total_hits": True})
    equal(text, call("/gen/_search", body.encode())["hits"]["total"], {"value": count, "relation": "eq"})
    head = '{"index":"gen","ignore_unavailable":true}\n'
    equal(text, call("/_msearch", (head + body + "\n").encode())["responses"][0]["hits"]["total"]["value"], count)
    equal(text, call("/gen/_count", json.dumps({"query": json.loads(body)["query"]}).encode())["count"], count)
    checks += 3

# Random ones.
seed = random.randrange(1 << 30)
chance = random.Random(seed)
for _ in range(12):
    low = chance.randrange(first, last)
    high = chance.randrange(low, last + 1)
    field = chance.choice(["component", "level", "node", "user", "status"])
    size = chance.choice([1, 2, 7, 50])
    width = chance.choice([60, 300, 3600, 7200]) * 1000
    answer = ask(
        {"t": {"terms": {"field": field, "size": size}, "aggs": {
            "d": {"date_histogram": {"field": "@timestamp", "fixed_interval": f"{width}ms", "min_doc_count": 1}}}}},
        {"range": {"@timestamp": {"gte": low, "lt": high, "format": "epoch_millis"}}})["t"]["buckets"]
    wanted = []
    for key, _ in rows(
            f"SELECT {field}, count(*) FROM e WHERE ts >= {low} AND ts < {high} AND {field} IS NOT NULL GROUP BY 1 "
            f"ORDER BY 2 DESC, 1 LIMIT {size}"):
        wanted += [(key, *row) for row in sql.execute(
            f"SELECT ts / {width} * {width}, count(*) FROM e WHERE ts >= {low} AND ts < {high} AND {field} = ? "
            "GROUP BY 1 ORDER BY 1", (key,))]
    equal(f"random, seed {seed}", [(t["key"], d["key"], d["doc_count"]) for t in answer for d in t["d"]["buckets"]], wanted)
    checks += 1

print(f"{checks} answers over {len(events)} events, {failures} differ")
sys.exit(1 if failures else 0)
