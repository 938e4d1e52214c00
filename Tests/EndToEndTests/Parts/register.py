"""A service of Python's in a trace, with the OpenTelemetry SDK: knows whose a plate is. `register.py ENDPOINT` serves;
`register.py ENDPOINT URL` asks the service at that address within a span of its own, and prints the trace's number."""
import http.server
import sys
import urllib.request

from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

isAsking = len(sys.argv) > 2
provider = TracerProvider(resource=Resource.create({"service.name": "gateway" if isAsking else "register"}))
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(endpoint=sys.argv[1])))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("register")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        parent = propagate.extract({name.lower(): value for name, value in self.headers.items()})
        with tracer.start_as_current_span("GET /owners/{plate}", context=parent, kind=trace.SpanKind.SERVER) as span:
            span.set_attribute("vms.plate", self.path.rsplit("/", 1)[-1])
            body = b"owner: nobody\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *rest):
        pass


if isAsking:
    with tracer.start_as_current_span("POST /plates/{camera}", kind=trace.SpanKind.CLIENT) as span:
        headers = {}
        propagate.inject(headers)
        request = urllib.request.Request(sys.argv[2], data=b"", headers=headers, method="POST")
        print("answer", urllib.request.urlopen(request).read().decode().replace("\n", " "))
        print("trace", trace.format_trace_id(span.get_span_context().trace_id), flush=True)
else:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print("PORT %d" % server.server_address[1], flush=True)
    server.serve_forever()
