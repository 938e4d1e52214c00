package import OTLPReceiver

/// What can be called.
package enum GRPCMethod: Sendable, Equatable {
    case export(OTLPSignal)
    /// https://github.com/grpc/grpc/blob/master/doc/health-checking.md
    case checkHealth

    /// - Parameter path: `/package.Service/Method`, in the letters that it has.
    package init?(path: String) {
        switch path {
        case "/grpc.health.v1.Health/Check": self = .checkHealth
        default:
            guard let signal = OTLPSignal.allCases.first(where: { path == "/\(Self.service(of: $0))/Export" }) else {
                return nil
            }
            self = .export(signal)
        }
    }

    static func service(of signal: OTLPSignal) -> String {
        let (package, name) =
            switch signal {
            case .traces: ("trace", "TraceService")
            case .metrics: ("metrics", "MetricsService")
            case .logs: ("logs", "LogsService")
            }
        return "opentelemetry.proto.collector.\(package).v1.\(name)"
    }
}
