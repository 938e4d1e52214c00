"""Sends log records with the OpenTelemetry SDK to the OTLP endpoint given, gzipped if the second argument says so."""
import logging
import sys

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

compression = Compression.Gzip if sys.argv[2] == "gzip" else Compression.NoCompression
provider = LoggerProvider(resource=Resource.create({"service.name": "lpr", "service.instance.id": sys.argv[2]}))
provider.add_log_record_processor(
    BatchLogRecordProcessor(OTLPLogExporter(endpoint=sys.argv[1], compression=compression)))
logger = logging.getLogger("plates")
logger.setLevel(logging.DEBUG)
logger.addHandler(LoggingHandler(level=logging.DEBUG, logger_provider=provider))
with TracerProvider().get_tracer("plates").start_as_current_span("read") as span:
    logger.warning("plate unreadable at %s", "gate", extra={"camera.id": "gate", "attempts": 3})
    print("trace", format(span.get_span_context().trace_id, "032x"), flush=True)
logger.error({"reason": "no light", "lux": 0.5})
try:
    raise ValueError("no such camera")
except ValueError:
    logger.exception("reading failed")
print("flushed", provider.force_flush(), flush=True)
