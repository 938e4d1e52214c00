import Model

/// Makes events of the entries of a journal.
final class JournalEventReader {
    private let builder: EventBuilder
    private let rule: JournalRule
    private let parsers: ParserChain?
    let limits: JournalFile.Limits

    init(_ builder: EventBuilder, _ rule: JournalRule) {
        self.builder = builder
        self.rule = rule
        parsers = builder.parsers()
        var limits = JournalFile.Limits()
        limits.messageBytes = min(limits.messageBytes, builder.input.maxBytes)
        self.limits = limits
    }

    /// The event of an entry; `nil` where the input's settings leave it out.
    func event(of entry: JournalEntry, now: Int64) -> LogEvent? {
        guard rule.matches.allSatisfy({ $0.fits(entry) }) else { return nil }
        let message = entry.fields.first { $0.name == "MESSAGE" }
        var line = Entry(
            LineCutter.Line(text: message?.value ?? "", offset: 0, end: 0, isTruncated: message?.isCut ?? false))
        line.timestamp = Int64(entry.time / 1_000)
        line.ownFields = JournalFields.fields(of: entry, rule).filter { !builder.isShared($0.key, $0.value) }
        guard let parsers else { return builder.event(line, path: "", now: now) }
        var event: LogEvent?
        parsers.add(line, now: now) { event = builder.event($0, path: "", now: now) }
        return event
    }
}
