#!/usr/bin/env python3
"""Writes and asks as programs with Elasticsearch's clients do; prints what is not as it should be.

    elastic_client.py elasticsearch7|elasticsearch8|elasticsearch9|opensearch URL
"""
import sys
import warnings
from urllib.parse import urlparse

warnings.filterwarnings("ignore")
kind, url = sys.argv[1:3]
if kind == "opensearch":
    import opensearchpy as module
    from opensearchpy import OpenSearch, helpers
    address = urlparse(url)

    def connect(**options):
        return OpenSearch(
            hosts=[{"host": address.hostname, "port": address.port}], url_prefix="elasticsearch", use_ssl=False, **options)
else:
    import elasticsearch as module
    from elasticsearch import Elasticsearch, helpers

    def connect(**options):
        return Elasticsearch([url + "/elasticsearch"], **options)

client = connect()
hasBody = kind in ("elasticsearch7", "opensearch")
index = "app-" + kind


def check(what, found, wanted):
    if found != wanted:
        raise SystemExit(f"{what}: {found} instead of {wanted}")


def search(**body):
    return client.search(index=index, body=body) if hasBody else client.search(index=index, **body)


def create(id, document):
    options = {"body": document} if hasBody else {"document": document}
    return client.create(index=index, id=id, refresh="wait_for", **options)


def refused(status, call):
    try:
        answer = call()
    except module.exceptions.TransportError as error:
        check(f"status of {error}", error.status_code, status)
    except Exception as error:
        check(f"status of {error}", error.status_code, status)
    else:
        raise SystemExit(f"{answer} instead of {status}")


check("version", client.info()["version"]["number"][:2], "8.")
check("ping", bool(client.ping()), True)
check("health", client.cluster.health()["status"], "green")
documents = [{
    "@timestamp": "2026-11-26T05:00:%02d.000Z" % n, "message": f"line {n} of a Camera",
    "level": "ERROR" if n % 3 == 0 else "info", "number": n, "a.b": {"c": n}, "list": [{"x": 1}, {"x": 2}],
    "big": 12345678901234567890123} for n in range(25)]
check("bulk", helpers.bulk(client, [{"_index": index, "_source": each} for each in documents]), (25, []))
check("streaming", sum(ok for ok, _ in helpers.streaming_bulk(
    connect(http_compress=True), ({"_index": "zip-" + kind, "_source": {"n": n, "text": "x" * 100}} for n in range(1000)),
    chunk_size=300)), 1000)
check("exists", bool(client.indices.exists(index=index)), True)
check("does not exist", bool(client.indices.exists(index="nothing-here")), False)
check("count", client.count(index=index)["count"], 25)
check("count of all", client.count(index="*-" + kind + ",-zip*")["count"], 25)

answer = search(query={"match": {"message": "camera"}}, size=3, sort=[{"@timestamp": "desc"}], track_total_hits=True)
check("total", dict(answer["hits"]["total"]), {"value": 25, "relation": "eq"})
check("newest", [hit["_source"] for hit in answer["hits"]["hits"]], documents[:-4:-1])
answer = search(size=0, aggs={"t": {
    "date_histogram": {"field": "@timestamp", "fixed_interval": "10s"},
    "aggs": {"l": {"terms": {"field": "level.keyword"}, "aggs": {"m": {"avg": {"field": "number"}}}}}}})
check("aggregation", [
    (time["key_as_string"], level["key"], level["doc_count"], level["m"]["value"])
    for time in answer["aggregations"]["t"]["buckets"] for level in time["l"]["buckets"]], [
    ("2026-11-26T05:00:00.000Z", "info", 6, 4.5), ("2026-11-26T05:00:00.000Z", "ERROR", 4, 4.5),
    ("2026-11-26T05:00:10.000Z", "info", 7, 100 / 7), ("2026-11-26T05:00:10.000Z", "ERROR", 3, 15.0),
    ("2026-11-26T05:00:20.000Z", "info", 3, 65 / 3), ("2026-11-26T05:00:20.000Z", "ERROR", 2, 22.5)])

scanned = helpers.scan(client, index=index, query={"query": {"match_all": {}}}, size=7)
check("scan", sorted(hit["_source"]["number"] for hit in scanned), list(range(25)))
numbers, after = [], None
while True:
    body = {"size": 4, "sort": [{"@timestamp": "desc"}, {"_doc": "desc"}]}
    if after:
        body["search_after"] = after
    hits = search(**body)["hits"]["hits"]
    if not hits:
        break
    numbers += [hit["_source"]["number"] for hit in hits]
    after = hits[-1]["sort"]
check("search_after", numbers, list(range(24, -1, -1)))
hit = search(query={"term": {"number": 3}})["hits"]["hits"][0]
check("get", client.get(index=index, id=hit["_id"])["_source"], documents[3])
lines = [{"index": index}, {"query": {"query_string": {"query": "level:error"}}, "size": 1}, {}, {"query": {"odd": {}}}]
answers = (client.msearch(body=lines) if hasBody else client.msearch(searches=lines))["responses"]
check("msearch", [(each["status"], "error" in each) for each in answers], [(200, False), (400, True)])
check("mapping", client.indices.get_mapping(index=index)[index]["mappings"]["properties"]["number"], {"type": "long"})
fields = client.field_caps(index=index, fields="level*")["fields"]
check("field_caps", sorted(fields), ["level", "level.keyword"])
check("cat", client.cat.indices(index=index, format="json")[0]["docs.count"], "25")

refused(400, lambda: search(query={"nonsense": {}}))
refused(404, lambda: client.search(index="nothing-here"))
refused(404, lambda: client.get(index=index, id="nobody"))
check("create", create("one", {"message": "x"})["result"], "created")
refused(409, lambda: create("one", {"message": "x"}))
check("created", client.get(index=index, id="one")["_source"], {"message": "x"})
ok, errors = helpers.bulk(client, [
    {"_op_type": "update", "_index": index, "_id": "1", "doc": {}}, {"_op_type": "delete", "_index": index, "_id": "1"},
    {"_index": index, "_source": {"fine": 1}}], raise_on_error=False)
check("update and delete", (ok, [list(each.values())[0]["status"] for each in errors]), (1, [400, 400]))
refused(400, lambda: client.indices.delete(index=index))
print("all is well")
