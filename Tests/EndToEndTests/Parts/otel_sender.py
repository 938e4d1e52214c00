"""Sends spans one after another with the OpenTelemetry SDK over gRPC or HTTP, as it comes, until it is told to end.

otel_sender.py FORM ENDPOINT: prints a line with the trace's id for each span that ended; at a line on its standard input it
flushes what its queue holds, waits until all of it was sent, and ends with "flushed".
"""
import sys
import threading
import time

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

form, endpoint = sys.argv[1:3]
if form == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    exporter = OTLPSpanExporter(endpoint=endpoint, insecure=True, timeout=60)
else:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    exporter = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=60)
provider = TracerProvider(resource=Resource.create({"service.name": "sender"}))
provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=200, max_queue_size=100_000))
tracer = provider.get_tracer("sender")
end = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), end.set()), daemon=True).start()
while not end.is_set():
    with tracer.start_as_current_span("step") as span:
        print("sent", format(span.get_span_context().trace_id, "032x"), flush=True)
    time.sleep(0.02)
print("flushed", provider.force_flush(120_000), flush=True)
