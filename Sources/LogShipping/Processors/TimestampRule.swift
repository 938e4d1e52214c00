import Foundation
import Model

/// `timestamp`: reads the time of an event from one of its fields.
package struct TimestampRule: Sendable {
    var field: String
    var target = "@timestamp"
    var layouts: [(text: String, layout: GoTimeLayout)] = []
    /// Of times that name no zone.
    var zone = LineZone(.gmt)
    var ignoresMissing = false
    var ignoresFailure = false

    func apply(to draft: inout EventDraft) {
        guard let value = draft.event.fields[field] else {
            if !ignoresMissing, !ignoresFailure { draft.fail("failed to get time field \(field)") }
            return
        }
        let text: String
        switch value {
        case .string(let string): text = string
        case .integer(let number): text = String(number)
        case .double(let number): text = String(number)
        default: text = ""
        }
        guard let time = time(of: text, now: draft.context.now) else {
            if !ignoresFailure { draft.fail("failed parsing time field \(field)") }
            return
        }
        if target == "@timestamp" {
            draft.event.timestamp = time
        } else {
            // The format cuts off, and a double may lie just under its millisecond.
            let date = Date(timeIntervalSince1970: (Double(time) + 0.1) / 1_000)
            draft.event.fields[target] = .string(
                date.formatted(
                    .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted)))
        }
    }

    func time(of text: String, now: Int64) -> Int64? {
        for (_, layout) in layouts {
            if let time = layout.time(text, zone: zone, now: now) { return time }
        }
        return nil
    }
}
