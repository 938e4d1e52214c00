import NIOCore
import OTLPGRPC
import OTLPReceiver
import Testing

@Suite("What calls of gRPC say")
struct WordTests {
    @Test(
        "a time that a caller gives is read as it is written",
        arguments: [
            ("10S", .seconds(10)), ("9900m", .milliseconds(9_900)), ("1H", .hours(1)), ("2M", .minutes(2)),
            ("7u", .microseconds(7)), ("99999999n", .nanoseconds(99_999_999)), ("0S", .seconds(0)), ("", nil),
            ("S", nil), ("10", nil), ("10s", nil), ("-1S", nil), ("+1S", nil), ("1.5S", nil), ("100000000S", nil),
            ("٣S", nil), ("1 S", nil),
        ] as [(String, TimeAmount?)])
    func timeouts(text: String, amount: TimeAmount?) {
        #expect(GRPCTimeout.amount(text) == amount)
    }

    @Test(
        "a message is sent in printable letters",
        arguments: [
            ("all is well", "all is well"), ("100%", "100%25"), ("ổ đĩa", "%E1%BB%95 %C4%91%C4%A9a"),
            ("a\r\nb", "a%0D%0Ab"),
            ("~\u{7f}", "~%7F"), ("", ""),
        ])
    func messages(text: String, sent: String) {
        #expect(GRPCStatus.percentEncoded(text) == sent)
    }

    @Test(
        "a method is known by its whole name",
        arguments: [
            ("/opentelemetry.proto.collector.trace.v1.TraceService/Export", .export(.traces)),
            ("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", .export(.metrics)),
            ("/opentelemetry.proto.collector.logs.v1.LogsService/Export", .export(.logs)),
            ("/grpc.health.v1.Health/Check", .checkHealth), ("/grpc.health.v1.Health/Watch", nil),
            ("/opentelemetry.proto.collector.trace.v1.TraceService/export", nil),
            ("opentelemetry.proto.collector.trace.v1.TraceService/Export", nil), ("/", nil), ("", nil),
        ] as [(String, GRPCMethod?)])
    func methods(path: String, method: GRPCMethod?) {
        #expect(GRPCMethod(path: path) == method)
    }
}
