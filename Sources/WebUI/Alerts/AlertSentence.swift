internal import Foundation
internal import Model
internal import SiteView

/// Why an alert fires, in a sentence.
enum AlertSentence {
    /// What the sentence is about.
    enum State: Sendable, Equatable {
        /// Milliseconds since the Unix epoch, as all times here.
        case firing(since: Int64)
        case pending(since: Int64, firesAt: Int64)
        case over(from: Int64, to: Int64)
    }

    static func text(_ condition: AlertCondition, _ state: State, now: Int64) -> String {
        var values: [String: WordValue] = ["what": .text(what(condition))]
        if condition.hold > 0 { values["hold"] = .text(Shown.span(condition.hold)) }
        var text: String
        switch state {
        case .firing(let since):
            values["time"] = .text(Shown.since(since, now: now))
            text = condition.hold > 0 ? say("alert.becauseHeld", values) : say("alert.because", values)
        case .pending(let since, let firesAt):
            values["time"] = .text(Shown.since(since, now: now))
            values["then"] = .text(Shown.since(firesAt, now: now))
            text = say("alert.becausePending", values)
        case .over(let start, let end):
            values["time"] = .text(Shown.since(start, now: now))
            values["end"] = .text(Shown.since(end, now: now))
            values["span"] = .text(Shown.span(end - start))
            text = condition.hold > 0 ? say("alert.becauseOverHeld", values) : say("alert.becauseOver", values)
        }
        if case .over = state { return text }
        if let value = condition.value, !condition.operation.isEmpty {
            text += " " + say("alert.valueNow", ["value": .text(number(value))])
        }
        return text
    }

    /// `camera_fps was under 20`
    private static func what(_ condition: AlertCondition) -> String {
        let subject = shortened(condition.subject)
        let words: [String: String] = [
            "<": "less", "<=": "lessOrEqual", ">": "greater", ">=": "greaterOrEqual", "==": "equal", "!=": "notEqual",
        ]
        guard let word = words[condition.operation] else { return say("alert.conditionHeld") }
        let threshold = condition.threshold.map(number) ?? condition.thresholdSeries.map(shortened) ?? ""
        return say("alert.was.\(word)", ["subject": .text(subject), "threshold": .text(threshold)])
    }

    /// More is no sentence.
    private static func shortened(_ text: String) -> String {
        text.count <= 80 ? text : text.prefix(79) + "…"
    }

    /// `9.8`, `86,400`, `0.05`
    static func number(_ value: Double) -> String {
        if value.isNaN { return say("alert.noNumber") }
        if let whole = Int(exactly: value), whole.magnitude < 1_000_000_000_000 { return Shown.count(whole) }
        return String(format: value.magnitude >= 1_000 ? "%.0f" : "%.3g", value)
    }
}
