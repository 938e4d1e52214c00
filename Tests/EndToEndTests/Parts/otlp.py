"""Sends metrics with the OpenTelemetry SDK to the OTLP endpoint given, gzipped if the second argument says so."""
import sys

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

compression = Compression.Gzip if sys.argv[2] == "gzip" else Compression.NoCompression
exporter = OTLPMetricExporter(endpoint=sys.argv[1], compression=compression)
reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
resource = Resource.create({"service.name": "lpr", "service.namespace": "vms", "service.instance.id": sys.argv[2]})
meter = MeterProvider(metric_readers=[reader], resource=resource).get_meter("reader", "1.0")
jobs = meter.create_counter("ai.jobs.processed", unit="{job}")
jobs.add(3, {"job_type": "lpr", "status": "done"})
jobs.add(1, {"job_type": "lpr", "status": "failed"})
meter.create_up_down_counter("ai_jobs_queued_total").add(7, {"job_type": "lpr"})
durations = meter.create_histogram("ai.processing.duration", unit="s", explicit_bucket_boundaries_advisory=[0.1, 1])
for duration in (0.05, 0.5, 5):
    durations.record(duration, {"job_type": "lpr"})
meter.create_gauge("lpr_detection_accuracy").set(0.75, {"camera.id": "gate"})
print("flushed", reader.force_flush(), flush=True)
