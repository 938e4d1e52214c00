"""Sends spans as clients of Zipkin do: zipkin.py SERVER CLIENT VERSION, CLIENT being py_zipkin or opentelemetry."""
import sys
import time

server, client, version = sys.argv[1:]
address = f"{server}/api/v{version}/spans"


def py_zipkin():
    import requests
    from py_zipkin import Encoding, Kind
    from py_zipkin.transport import BaseTransportHandler
    from py_zipkin.zipkin import create_http_headers_for_new_span, zipkin_client_span, zipkin_span
    from py_zipkin.zipkin import ZipkinAttrs

    class Transport(BaseTransportHandler):
        def get_max_payload_bytes(self):
            return None

        def send(self, payload):
            reply = requests.post(address, data=payload, headers={"Content-Type": "application/json"}, timeout=10)
            print("status", reply.status_code, reply.text, flush=True)

    encoding = Encoding.V1_JSON if version == "1" else Encoding.V2_JSON
    # The client's half, and within it a piece of work of its own.
    with zipkin_span(
        service_name="playback", span_name="play", transport_handler=Transport(), sample_rate=100.0, encoding=encoding,
        port=8080, kind=Kind.CLIENT, use_128bit_trace_id=False,
    ) as span:
        span.update_binary_annotations({"camera.id": "gate", "address": "rtsp://admin:topsecret@gate/1"})
        span.add_sa_binary_annotation(port=9000, service_name="storage", host="127.0.0.1")
        span.add_annotation("first byte", time.time())
        headers = create_http_headers_for_new_span()
        with zipkin_span(service_name="playback", span_name="decode", encoding=encoding):
            time.sleep(0.01)
        attributes = ZipkinAttrs(
            headers["X-B3-TraceId"], span.zipkin_attrs.span_id, span.zipkin_attrs.parent_span_id, "0", True)
        print("trace", headers["X-B3-TraceId"].rjust(32, "0"), flush=True)
    # The server's half, with the client's number.
    with zipkin_span(
        service_name="storage", span_name="read", transport_handler=Transport(), zipkin_attrs=attributes,
        encoding=encoding, port=9000, kind=Kind.SERVER,
    ) as span:
        span.update_binary_annotations({"error": "no such segment"})


def opentelemetry():
    from opentelemetry.exporter.zipkin.encoder import Protocol
    from opentelemetry.exporter.zipkin.json import ZipkinExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.trace import SpanKind, StatusCode

    class Telling(ZipkinExporter):
        """Says what became of an export; what it sends is untouched."""

        def export(self, spans):
            result = super().export(spans)
            print("exported", result.name, flush=True)
            return result

    provider = TracerProvider(resource=Resource.create({"service.name": "playback"}))
    provider.add_span_processor(SimpleSpanProcessor(Telling(
        version=Protocol.V1 if version == "1" else Protocol.V2, endpoint=address, max_tag_value_length=128)))
    tracer = provider.get_tracer("player", "1.2")
    with tracer.start_as_current_span("play", kind=SpanKind.CLIENT) as span:
        print("trace", format(span.get_span_context().trace_id, "032x"), flush=True)
        span.set_attributes({"camera.id": "gate", "address": "rtsp://admin:topsecret@gate/1", "list": [1, 2]})
        span.add_event("first byte", {"bytes": 7})
        with tracer.start_as_current_span("read") as inner:
            inner.set_status(StatusCode.ERROR, "no such segment")
    provider.shutdown()


{"py_zipkin": py_zipkin, "opentelemetry": opentelemetry}[client]()
print("sent", flush=True)
