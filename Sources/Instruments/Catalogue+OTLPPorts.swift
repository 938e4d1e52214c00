internal import Model

extension Catalogue {
    public static let otlpPortOpen = MetricDefinition(
        "otlp_port_open", .gauge, labels: ["protocol"],
        "Whether a port that otlp of watchpost.yml names is open: 0 where another program has it.",
        source: "watchpost.yml")
    public static let otlpGRPCConnections = MetricDefinition(
        "otlp_grpc_connections", .gauge, "Connections of exporters that speak gRPC.", source: "watchpost.yml")
    public static let otlpGRPCOpenCalls = MetricDefinition(
        "otlp_grpc_open_calls", .gauge, "Calls of them that come or are answered now.", source: "watchpost.yml")
    public static let otlpGRPCHeldBytes = MetricDefinition(
        "otlp_grpc_held_bytes", .gauge, "Bytes of messages that came by gRPC and are not stored yet.",
        source: "watchpost.yml")
    public static let otlpGRPCCallsTotal = MetricDefinition(
        "otlp_grpc_calls_total", .counter, labels: ["code"],
        "Calls by gRPC that have ended, by the status that they got: UNAVAILABLE is sent again by exporters.",
        source: "watchpost.yml")
    public static let otlpGRPCRefusedConnectionsTotal = MetricDefinition(
        "otlp_grpc_refused_connections_total", .counter,
        "Connections at the port of gRPC that were closed: too many, no HTTP/2, or against its rules.",
        source: "watchpost.yml")

    static let otlpPorts = [
        otlpPortOpen, otlpGRPCConnections, otlpGRPCOpenCalls, otlpGRPCHeldBytes, otlpGRPCCallsTotal,
        otlpGRPCRefusedConnectionsTotal,
    ]
}
