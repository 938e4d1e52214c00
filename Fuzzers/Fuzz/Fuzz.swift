internal import FuzzDriver

/// What any bytes are fed to.
protocol Fuzzer {
    /// Takes an input; what is wrong ends the process.
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int)
}

/// All fuzzers in one program: fuzz NAME, and then libFuzzer's own arguments. The names are those of the folders with
/// the inputs to begin with.
@main
struct Fuzz {
    /// A function a fuzzer, as C's function types know no context.
    private static let inputs: [(name: String, feed: FuzzDriver.Input)] = [
        (
            "exposition",
            {
                ExpositionFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "remote-write",
            {
                RemoteWriteFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "promql",
            {
                PromQLFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "rtsp",
            {
                RTSPFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "stream",
            {
                StreamFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "otlp",
            {
                OTLPFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "spans",
            {
                SpanFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "zipkin",
            {
                ZipkinFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "grpc-frame",
            {
                GRPCFrameFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "site",
            {
                SiteFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "dashboard",
            {
                DashboardFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "template",
            {
                TemplateFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "log-query",
            {
                LogQueryFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "dns",
            {
                DNSFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "segment",
            {
                SegmentFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "metric-block",
            {
                MetricBlockFuzzer.feed($0, $1); return 0
            }
        ),
        (
            "log-block",
            {
                LogBlockFuzzer.feed($0, $1); return 0
            }
        ),
    ]

    static func main() {
        let name = CommandLine.arguments.dropFirst().first ?? ""
        if name == "list" { return print(inputs.map(\.name).joined(separator: "\n")) }
        guard let input = inputs.first(where: { $0.name == name }) else {
            fatalError("fuzz NAME: one of \(inputs.map(\.name).joined(separator: " "))")
        }
        FuzzDriver.run(input.feed)
    }
}
