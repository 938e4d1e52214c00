import Model

extension Catalogue {
    // Of an agent.
    public static let logShippingReadEventsTotal = MetricDefinition(
        "log_shipping_read_events_total", .counter, labels: ["component", "level", "event"],
        "Log events that this agent read since its start and keeps for the server, which has them in log_events_total once "
            + "it has stored them.", source: "the agent")
    public static let logShippingEventsTotal = MetricDefinition(
        "log_shipping_events_total", .counter, "Log events of this agent that the server has acknowledged.",
        source: "the agent")
    public static let logShippingRefusedTotal = MetricDefinition(
        "log_shipping_refused_total", .counter,
        "Batches of log events that no server takes; each lies in a file in the agent's data directory.",
        source: "the agent")
    public static let logShippingSpoolBytes = MetricDefinition(
        "log_shipping_spool_bytes", .gauge, "Bytes of log events that wait for the server on the agent's disk.",
        unit: "bytes", source: "the agent")
    public static let logShippingSpoolEvents = MetricDefinition(
        "log_shipping_spool_events", .gauge, "Log events that wait for the server on the agent's disk.",
        source: "the agent")
    public static let logShippingOldestUnsentSeconds = MetricDefinition(
        "log_shipping_oldest_unsent_seconds", .gauge,
        "How long the log event that has waited longest waits for the server, in seconds; 0 where none waits.",
        unit: "seconds", source: "the agent")
    public static let logShippingTrouble = MetricDefinition(
        "log_shipping_trouble", .gauge, labels: ["reason"],
        "1 while logs do not get to the server, by why: unreachable, token, busy, refused or spool; the agent's own log says "
            + "more. 0 for the other reasons.", source: "the agent")
    // Of a server.
    public static let logIngestEventsTotal = MetricDefinition(
        "log_ingest_events_total", .counter, labels: ["agent"], "Log events of the agent that were stored.",
        source: "the agents' messages")
    public static let logIngestBatchesTotal = MetricDefinition(
        "log_ingest_batches_total", .counter, labels: ["agent"], "Batches of log events of the agent that were stored.",
        source: "the agents' messages")
    public static let logIngestRepeatsTotal = MetricDefinition(
        "log_ingest_repeats_total", .counter, labels: ["agent"],
        "Batches that the agent sent again, since it did not hear that they were stored; nothing was stored twice.",
        source: "the agents' messages")
    public static let logIngestMissingTotal = MetricDefinition(
        "log_ingest_missing_total", .counter, labels: ["agent"],
        "Batches of the agent that are not here though later ones are: this server lost them, or another one has them.",
        source: "the agents' messages")
    public static let logIngestLastTimestampSeconds = MetricDefinition(
        "log_ingest_last_timestamp_seconds", .gauge, labels: ["agent"],
        "When the agent was last heard; each says every half minute that it is there.",
        unit: "seconds since the Unix epoch", source: "the agents' messages")
    public static let logIngestRefusedTotal = MetricDefinition(
        "log_ingest_refused_total", .counter, labels: ["reason"],
        "Messages of agents that were not taken, by why: content, identity (two agents had one), token, or full (too many "
            + "agents).", source: "the agents' messages")

    static let logRelay = [
        logShippingReadEventsTotal, logShippingEventsTotal, logShippingRefusedTotal, logShippingSpoolBytes,
        logShippingSpoolEvents,
        logShippingOldestUnsentSeconds, logShippingTrouble, logIngestEventsTotal, logIngestBatchesTotal,
        logIngestRepeatsTotal, logIngestMissingTotal, logIngestLastTimestampSeconds, logIngestRefusedTotal,
    ]
}
