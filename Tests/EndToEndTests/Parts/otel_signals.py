"""Sends a trace of three spans, a metric and a log record with the OpenTelemetry SDK.

otel_signals.py FORM ENDPOINT COMPRESSION: FORM is grpc, http or json, ENDPOINT the address of the port (HTTP: without a path),
COMPRESSION is plain or gzip. Prints the trace's id and what each flush said.
"""
import logging
import os
import sys

from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode

form, endpoint, compression = sys.argv[1:4]
name = f"{form}-{compression}"
if form == "grpc":
    import grpc
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    packing = grpc.Compression.Gzip if compression == "gzip" else grpc.Compression.NoCompression
    options = [{"endpoint": endpoint, "insecure": True, "compression": packing}] * 3
elif form == "json":
    from opentelemetry.exporter.otlp.json.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.json.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
if form != "grpc":
    # By name, as the exporters have enumerations of their own for it.
    os.environ["OTEL_EXPORTER_OTLP_COMPRESSION"] = "gzip" if compression == "gzip" else "none"
    options = [{"endpoint": f"{endpoint}/v1/{signal}"} for signal in ("traces", "metrics", "logs")]

resource = Resource.create({"service.name": name, "service.namespace": "vms"})

spans = TracerProvider(resource=resource)
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(**options[0])))
tracer = spans.get_tracer("signals", "1.0")
with tracer.start_as_current_span("segment write", kind=SpanKind.CONSUMER) as root:
    root.set_attributes({"vms.camera.id": "gate", "sizes": [1, 2], "share": 0.5, "held": True})
    root.add_event("key frame", {"number": 7})
    with tracer.start_as_current_span("model infer") as child:
        child.set_status(StatusCode.ERROR, "no model")
    with tracer.start_as_current_span("INSERT segments", kind=SpanKind.CLIENT):
        pass
    print("trace", format(root.get_span_context().trace_id, "032x"), flush=True)
print("spans", spans.force_flush(), flush=True)

reader = PeriodicExportingMetricReader(OTLPMetricExporter(**options[1]), export_interval_millis=3_600_000)
MeterProvider(metric_readers=[reader], resource=resource).get_meter("signals").create_counter("signals.sent").add(3)
print("metrics", reader.force_flush(), flush=True)

records = LoggerProvider(resource=resource)
records.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(**options[2])))
logger = logging.getLogger("signals")
logger.setLevel(logging.INFO)
logger.addHandler(LoggingHandler(logger_provider=records))
logger.warning("plate unreadable", extra={"camera.id": "gate"})
print("logs", records.force_flush(), flush=True)
