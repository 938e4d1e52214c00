"""Sends a trace of two services with the OpenTelemetry SDK to a server, and prints its number."""
import sys

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

url, count = sys.argv[1], int(sys.argv[2])


def tracer(service):
    provider = TracerProvider(resource=Resource.create({"service.name": service, "host.name": "vms-1"}))
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(endpoint=url + "/v1/traces")))
    return provider.get_tracer("jaeger_spans", "1.0")


gateway, ai = tracer("gateway"), tracer("ai")
for number in range(count):
    with gateway.start_as_current_span("GET /cameras/{id}", kind=SpanKind.SERVER) as root:
        root.set_attribute("vms.camera.id", "gate")
        root.set_attribute("http.response.status_code", 500)
        with gateway.start_as_current_span("POST /infer", kind=SpanKind.CLIENT) as call:
            with ai.start_as_current_span(
                "infer", context=set_span_in_context(call), kind=SpanKind.SERVER
            ) as work:
                work.add_event("loaded", {"model": "lpr"})
                work.record_exception(TimeoutError("no frame"))
                work.set_status(Status(StatusCode.ERROR, "no frame"))
print(format(root.get_span_context().trace_id, "032x"), format(work.get_span_context().span_id, "016x"), flush=True)
