"""Runs a reader of Jaeger's that nobody changed (jaeger-mcp or mcp-server-jaeger, as PYTHONPATH has it) and asks it over
its input and output, as a program for language models does, about the trace given."""
import json
import os
import subprocess
import sys

name, url, trace, span = sys.argv[1:5]
module = {"jaeger-mcp": "jaeger_mcp.server", "mcp-server-jaeger": "jaeger_mcp.main"}[name]
reader = subprocess.Popen(
    [sys.executable, "-m", module],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "JAEGER_URL": url},
)
last = 0


def send(method, parameters, identifier=None):
    message = {"jsonrpc": "2.0", "method": method, "params": parameters}
    if identifier is not None:
        message["id"] = identifier
    reader.stdin.write(json.dumps(message) + "\n")
    reader.stdin.flush()


def ask(method, **parameters):
    global last
    last += 1
    send(method, parameters, last)
    for line in reader.stdout:
        answer = json.loads(line)
        if answer.get("id") == last:
            assert "result" in answer, answer
            return answer["result"]
    raise SystemExit(f"{name} ended: {reader.wait()}")


def call(tool, **arguments):
    """What a tool answers, as text and as data."""
    result = ask("tools/call", name=tool, arguments=arguments)
    assert not result.get("isError"), (tool, result)
    text = "\n".join(part.get("text", "") for part in result["content"])
    data = result.get("structuredContent") or {}
    print(tool, text[:300].replace("\n", " "), flush=True)
    return text, data.get("result", data)


def expect(condition, *shown):
    assert condition, shown


ask(
    "initialize", protocolVersion="2025-06-18", capabilities={},
    clientInfo={"name": "test", "version": "1"},
)
send("notifications/initialized", {})

if name == "jaeger-mcp":
    text, data = call("jaeger_list_services")
    expect({"ai", "gateway"} <= set(data["services"]), data)
    text, data = call("jaeger_list_operations", service="gateway")
    expect("GET /cameras/{id}" in text and "POST /infer" in text, text)
    text, data = call("jaeger_search_traces", service="gateway", operation="infer", limit=20)
    expect(data["returned"] == 0, data)
    text, data = call("jaeger_search_traces", service="ai", limit=20, min_duration="1us")
    expect(data["returned"] >= 1 and trace in text, data)
    summary = next(found for found in data["traces"] if found["trace_id"] == trace)
    expect(summary["span_count"] == 3 and summary["errors_count"] == 1, summary)
    expect(summary["root_operation"] == "GET /cameras/{id}", summary)
    text, data = call("jaeger_get_trace", trace_id=trace)
    expect("Spans:** 3 across 2 service" in text and "`gateway`" in text and "`ai`" in text, text)
    text, data = call("jaeger_critical_path", trace_id=trace)
    expect("infer" in text, text)
    text, data = call("jaeger_span_statistics", service="gateway", operation="POST /infer")
    expect("POST /infer" in text, text)
    call("jaeger_get_dependencies")
else:
    text, data = call("get_all_services", ping_url=url)
    expect({"ai", "gateway"} <= set(json.loads(text)["services"]), text)
    text, data = call("get_operations_for_service", service_name="ai", ping_url=url)
    expect(json.loads(text)["operations"] == [{"name": "infer", "spanKind": "server"}], text)
    text, data = call("get_trace_summaries", service_name="ai", ping_url=url)
    summary = next(found for found in json.loads(text)["summaries"] if found["traceId"] == trace)
    expect(summary["rootServiceName"] == "gateway" and summary["spanCount"] == 3, summary)
    expect({"name": "ai", "spanCount": 1} in summary["services"], summary)
    text, data = call("get_trace_overview", trace_id=trace, ping_url=url)
    overview = json.loads(text)
    expect(overview["spanCount"] == 3 and overview["hasErrors"] and overview["errorCount"] == 1, overview)
    text, data = call("get_slowest_spans", trace_id=trace, limit=3, ping_url=url)
    expect(json.loads(text)["spans"][0]["operationName"] == "GET /cameras/{id}", text)
    text, data = call("get_trace_errors", trace_id=trace, ping_url=url)
    expect("no frame" in text, text)
    text, data = call("get_span_details", trace_id=trace, span_id=span, ping_url=url)
    expect("loaded" in text and "lpr" in text, text)
reader.stdin.close()
reader.wait(20)
print("all is well")
