internal import Instruments
internal import Listening
internal import LogShipping
internal import Model

/// What became of the lines of each input of `filebeat.yml`.
enum LogInputMetrics {
    static func families(_ inputs: [LogInputStatus]) -> [MetricFamily] {
        func of(_ definition: MetricDefinition, _ value: (LogInputStatus) -> Int) -> MetricFamily {
            definition.family(inputs.map { ($0.id, Double(value($0))) })
        }
        return [
            of(Catalogue.logInputLinesTotal, \.counts.lines),
            of(Catalogue.logInputEventsTotal, \.counts.events),
            of(Catalogue.logInputLeftOutEventsTotal, \.counts.leftOut),
            of(Catalogue.logInputCutEventsTotal, \.counts.cut),
            of(Catalogue.logInputOldEventsTotal, \.counts.tooOld),
            of(Catalogue.logInputFutureEventsTotal, \.counts.ahead),
            of(Catalogue.logInputDroppedMessagesTotal, \.counts.dropped),
            of(Catalogue.logInputOpenFiles, \.files),
            of(Catalogue.logInputUnreadableFiles, \.unreadable),
        ]
    }
}
