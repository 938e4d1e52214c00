internal import Instruments
internal import LogRelay
internal import Model

/// How logs get from agents to a server, as metrics.
enum LogRelayMetrics {
    /// Of a server.
    static func families(of receiver: LogReceiver) -> [MetricFamily] {
        let agents = receiver.agents
        func ofAgents(_ definition: MetricDefinition, _ value: (LogReceiver.Agent) -> Double) -> MetricFamily {
            definition.family(agents.map { ($0.name, value($0)) })
        }
        return [
            ofAgents(Catalogue.logIngestEventsTotal) { Double($0.events) },
            ofAgents(Catalogue.logIngestBatchesTotal) { Double($0.messages) },
            ofAgents(Catalogue.logIngestRepeatsTotal) { Double($0.repeats) },
            ofAgents(Catalogue.logIngestMissingTotal) { Double($0.missing) },
            ofAgents(Catalogue.logIngestLastTimestampSeconds) { Double($0.lastHeard) / 1_000 },
            Catalogue.logIngestRefusedTotal.family(receiver.refusals.map { ($0.reason, Double($0.count)) }),
        ]
    }

    /// Of an agent.
    static func families(of sender: LogSender, _ spool: LogSpool, now: Int64) -> [MetricFamily] {
        let status = sender.current
        let waiting = spool.waiting
        let oldest = spool.oldest.map { Double(max(0, now - $0)) / 1_000 } ?? 0
        return [
            Catalogue.logShippingEventsTotal.family(Double(status.events)),
            Catalogue.logShippingRefusedTotal.family(Double(status.refused)),
            Catalogue.logShippingSpoolBytes.family(Double(waiting.bytes)),
            Catalogue.logShippingSpoolEvents.family(Double(waiting.events)),
            Catalogue.logShippingOldestUnsentSeconds.family(oldest),
            trouble(status.trouble),
        ]
    }

    /// What keeps the logs of an agent from the server.
    static func trouble(_ trouble: LogSenderStatus.Trouble?) -> MetricFamily {
        Catalogue.logShippingTrouble.family(
            LogSenderStatus.Trouble.allCases.map { ($0.rawValue, trouble == $0 ? 1 : 0) })
    }
}
