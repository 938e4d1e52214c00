/// Every metric of a video-management system that Watchpost knows, by its exact name. Names that go against
/// today's rules (`_total` on a gauge, `_ms`, `_mb`) are kept: dashboards use them, and HELP says what they are.
public enum Catalogue {
    public static let all: [MetricDefinition] =
        cameras + recorders + recordings + disks + networks + streaming + api + workers + alerting + storage
        + logRelay + engine + logs + traceDoors + traces + spanMetrics + otlpPorts
}
