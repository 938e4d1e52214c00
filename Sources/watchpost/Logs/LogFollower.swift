import Foundation
import Model
import SiteView

/// Prints events as they arrive, each once, also over restarts of the server.
struct LogFollower {
    let search: LogQuestion
    let printer: LogPrinter

    private static let pause = Duration.milliseconds(500)
    /// How long before the last answer events may have been written that are looked for after a gap, in milliseconds.
    private static let margin: Int64 = 60_000
    private static let mostAfterGap = 20_000

    /// - Parameter first: how many of the newest events are printed at the beginning.
    func run(first: Int) async throws {
        // The position comes first: what arrives between the two questions is in both answers.
        var position = try await search.arrivals(after: nil).next
        let beginning = try await search.events(limit: first)
        var printed = PrintedEvents()
        try put(beginning.events.reversed(), &printed)
        // What a search has printed may come once more in the order of arrival, until all that came before it is through.
        var isDoubtful = true
        var isWaiting = false
        var answered = Self.now()
        while !StandardOutput.isLeft {
            let answer: LogArrivalsView
            do {
                answer = try await search.arrivals(after: position)
            } catch let failure as CommandFailure where !failure.isRefusal {
                if !isWaiting {
                    let answer = failure.status.map { "answers with status \($0)" } ?? "does not answer"
                    StandardError.put("… \(search.server.server) \(answer); waiting for the server")
                }
                isWaiting = true
                try await Task.sleep(for: Self.pause * 2)
                continue
            }
            if isWaiting { StandardError.put("… the server answers again") }
            isWaiting = false
            if answer.isGap { try await putMissed(since: answered, &printed) }
            try put(isDoubtful || answer.isGap ? printed.unprinted(of: answer.events) : answer.events, &printed)
            isDoubtful = answer.isGap || (isDoubtful && answer.isCut)
            position = answer.next
            answered = Self.now()
            if !answer.isCut { try await Task.sleep(for: Self.pause) }
        }
    }

    private func put(_ events: some Sequence<LogEventView>, _ printed: inout PrintedEvents) throws {
        var text = ""
        for event in events {
            printed.note(event)
            text += (search.server.json ? try LogPrinter.json(shown(event)) : printer.line(event)) + "\n"
        }
        if !text.isEmpty { try StandardOutput.put(text) }
    }

    private func shown(_ event: LogEventView) -> LogEventView {
        guard let columns = printer.columns else { return event }
        var shown = event
        shown.fields = event.fields.filter { name, _ in
            columns.contains(name) || (name.hasPrefix("fields.") && columns.contains(String(name.dropFirst(7))))
        }
        return shown
    }

    /// Prints what the server could not tell in the order of arrival, as far as a search finds it.
    private func putMissed(since answered: Int64, _ printed: inout PrintedEvents) async throws {
        var missed = search
        missed.start = answered - Self.margin
        let found = try await missed.events(limit: Self.mostAfterGap)
        try put(printed.unprinted(of: found.events.reversed()), &printed)
        if found.isCut {
            StandardError.put("… more than \(Self.mostAfterGap) events came meanwhile; the oldest are left out")
        }
    }

    private static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
}

/// Which events were printed of late, and how often each.
private struct PrintedEvents {
    private var counts: [LogEventView: Int] = [:]
    private var order: [LogEventView] = []

    private static let most = 10_000

    mutating func note(_ event: LogEventView) {
        counts[event, default: 0] += 1
        order.append(event)
        if order.count < 2 * Self.most { return }
        for event in order.prefix(Self.most) {
            guard let count = counts[event] else { continue }
            counts[event] = count > 1 ? count - 1 : nil
        }
        order.removeFirst(Self.most)
    }

    /// Those of `events` that were not printed; of one that was printed once and comes twice, the second.
    func unprinted(of events: [LogEventView]) -> [LogEventView] {
        var rest = counts
        return events.filter { event in
            guard let count = rest[event] else { return true }
            rest[event] = count > 1 ? count - 1 : nil
            return false
        }
    }
}
