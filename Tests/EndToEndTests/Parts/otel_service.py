"""A web service of Flask over PostgreSQL, and a program that asks it, in one trace: unchanged libraries with their
instrumentations of OpenTelemetry.

otel_service.py ENDPOINT POSTGRES: sends by gRPC to ENDPOINT; POSTGRES is how psycopg connects. The instrumentation's names of
HTTP are what OTEL_SEMCONV_STABILITY_OPT_IN says. Prints the trace's id.
"""
import sys
import threading

import flask
import psycopg
import requests
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from werkzeug.serving import make_server

endpoint, postgres = sys.argv[1:3]
provider = TracerProvider(resource=Resource.create({"service.name": "playback"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, insecure=True)))
trace.set_tracer_provider(provider)
RequestsInstrumentor().instrument()
PsycopgInstrumentor().instrument()

app = flask.Flask("playback")
FlaskInstrumentor().instrument_app(app)


@app.get("/segments/<camera>")
def segments(camera):
    with psycopg.connect(postgres) as connection:
        rows = connection.execute("SELECT %s::text AS camera, 3 AS segments", (camera,)).fetchall()
    return {"rows": rows}


server = make_server("127.0.0.1", 0, app)
threading.Thread(target=server.serve_forever, daemon=True).start()
with trace.get_tracer("viewer").start_as_current_span("view camera") as span:
    answer = requests.get(f"http://127.0.0.1:{server.server_port}/segments/gate", timeout=30)
    print("answer", answer.status_code, answer.json(), flush=True)
    print("trace", format(span.get_span_context().trace_id, "032x"), flush=True)
print("flushed", provider.force_flush(), flush=True)
server.shutdown()
