"""Calls Export of TraceService with a span a call, as fast as the answers come, and prints "acked" and the trace's id for each
that was answered with OK: otel_acked.py ENDPOINT FIRST. Numbers of traces go up from FIRST. Ends when the server is gone.
"""
import sys
import time

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub

endpoint, number = sys.argv[1], int(sys.argv[2])
stub = TraceServiceStub(grpc.insecure_channel(endpoint))
while True:
    number += 1
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    name = resource.resource.attributes.add(key="service.name")
    name.value.string_value = "acked"
    span = resource.scope_spans.add().spans.add(name="step", span_id=number.to_bytes(8, "big"))
    span.trace_id = number.to_bytes(16, "big")
    span.start_time_unix_nano = time.time_ns()
    span.end_time_unix_nano = span.start_time_unix_nano + 1_000_000
    try:
        stub.Export(request, timeout=10)
    except grpc.RpcError as error:
        print("ended", error.code(), flush=True)
        break
    print("acked", format(number, "032x"), flush=True)
