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

    /// - Parameter name: the alert's, by which the words are found that a guard understands.
    static func text(_ condition: AlertCondition, of name: String, _ state: State, now: Int64) -> String {
        var values: [String: WordValue] = ["what": .text(what(condition, name))]
        if condition.hold > 0 { values["hold"] = .text(Shown.span(condition.hold)) }
        let text: String
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
        guard let value = condition.value, !condition.operation.isEmpty else { return text }
        if let ending = ending(condition, name), has("alert.now.\(ending)") {
            return text + " " + say("alert.now.\(ending)", figures(value, "value"))
        }
        // What is told in words of its own need not have a number.
        if let ending = ending(condition, name), has("alert.what.\(ending)") { return text }
        return text + " " + say("alert.valueNow", figures(value, "value"))
    }

    private static let operations: [String: String] = [
        "<": "less", "<=": "lessOrEqual", ">": "greater", ">=": "greaterOrEqual", "==": "equal", "!=": "notEqual",
    ]

    /// How the keys of words for this alert and this comparison end: `LowCameraFPS.less`, and `….less.series` where it is
    /// compared with series.
    private static func ending(_ condition: AlertCondition, _ name: String) -> String? {
        operations[condition.operation].map { "\(name).\($0)" + (condition.threshold == nil ? ".series" : "") }
    }

    private static func has(_ key: String) -> Bool {
        Reader.current.words.keys.contains(key) || Words.standard.keys.contains(key)
    }

    /// A number as it is, and as hundredths: `0.05`, and `5`.
    private static func figures(_ value: Double, _ name: String) -> [String: WordValue] {
        [name: .text(number(value)), "percent": .text(number(value * 100))]
    }

    /// `over 5 % of the frames were lost`, or of rules for which there are no such words `camera_fps was under 20`.
    private static func what(_ condition: AlertCondition, _ name: String) -> String {
        if let ending = ending(condition, name), has("alert.what.\(ending)") {
            return say("alert.what.\(ending)", condition.threshold.map { figures($0, "threshold") } ?? [:])
        }
        let subject = shortened(condition.subject)
        guard let word = operations[condition.operation] else { return say("alert.conditionHeld") }
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
        // 0.07 * 100 is no whole number.
        let near = (value * 1e9).rounded() / 1e9
        if let whole = Int(exactly: near), whole.magnitude < 1_000_000_000_000 { return Shown.count(whole) }
        return String(format: value.magnitude >= 1_000 ? "%.0f" : "%.3g", value)
    }
}
