internal import Foundation
internal import Model

/// A script in the language of Prometheus' promqltest: data to load and queries with what they must answer.
struct Script {
    enum Command {
        case clear
        case load(interval: Int64, series: [SeriesNotation], withCustomBuckets: Bool)
        case eval(Evaluation)
    }

    struct Evaluation {
        enum Steps {
            case instant(Int64)
            case range(start: Int64, end: Int64, step: Int64)
        }

        struct Expectation {
            enum Kind: String { case fail, warn, info, ordered, noWarn = "no_warn", noInfo = "no_info", string, range }
            let kind: Kind
            var message: String?
            var pattern: String?
        }

        let line: Int
        let steps: Steps
        let expression: String
        var expectations: [Expectation] = []
        var series: [SeriesNotation] = []
        var scalar: Double?

        func expects(_ kind: Expectation.Kind) -> Expectation? { expectations.first { $0.kind == kind } }
    }

    let commands: [Command]

    init(_ text: String) throws {
        let lines = text.components(separatedBy: "\n").map { line in
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            return trimmed.hasPrefix("#") ? "" : trimmed
        }
        var commands: [Command] = []
        var index = 0
        while index < lines.count {
            let number = index + 1
            let head = lines[index]
            index += 1
            if head.isEmpty { continue }
            var block: [String] = []
            if !head.hasPrefix("clear") {
                while index < lines.count, !lines[index].isEmpty {
                    block.append(lines[index])
                    index += 1
                }
            }
            do {
                commands.append(try Self.command(head, block, number))
            } catch {
                throw ScriptError("line \(number): \(error)")
            }
        }
        self.commands = commands
    }

    private static func command(_ head: String, _ block: [String], _ line: Int) throws -> Command {
        if head == "clear" { return .clear }
        if let match = head.wholeMatch(of: /load(_with_nhcb)?\s+(\S+)/) {
            let lines = block.filter { !$0.contains(/^\S*@st\s/) && !$0.contains(/}@st\s/) }
            return .load(
                interval: try duration(match.2), series: try lines.map { try SeriesNotation($0) },
                withCustomBuckets: match.1 != nil)
        }
        if let match = head.wholeMatch(of: /eval(?:_(\w+))?\s+instant\s+at\s+(\S+)\s+(.+)/) {
            let evaluation = Evaluation(
                line: line, steps: .instant(try duration(match.2)), expression: String(match.3))
            return .eval(try filled(evaluation, match.1, block))
        }
        if let match = head.wholeMatch(
            of: /eval(?:_(\w+))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)/)
        {
            let steps = Evaluation.Steps.range(
                start: try duration(match.2), end: try duration(match.3), step: try duration(match.4))
            return .eval(try filled(Evaluation(line: line, steps: steps, expression: String(match.5)), match.1, block))
        }
        throw ScriptError("cannot read \(head)")
    }

    private static func filled(_ bare: Evaluation, _ suffix: Substring?, _ block: [String]) throws -> Evaluation {
        var evaluation = bare
        if let suffix {
            guard let kind = Evaluation.Expectation.Kind(rawValue: String(suffix)) else {
                throw ScriptError("eval_\(suffix) is unknown")
            }
            evaluation.expectations.append(.init(kind: kind))
        }
        for line in block {
            if let match = line.wholeMatch(of: /expected_fail_(message|regexp)\s+(.+)/) {
                let isPattern = match.1 == "regexp"
                evaluation.expectations.append(
                    .init(
                        kind: .fail, message: isPattern ? nil : String(match.2),
                        pattern: isPattern ? String(match.2) : nil))
            } else if let match = line.wholeMatch(of: /expect\s+(\w+)(?:\s+(?:(msg|regex):\s*)?(.*))?/) {
                guard let kind = Evaluation.Expectation.Kind(rawValue: String(match.1)) else {
                    throw ScriptError("expect \(match.1) is unknown")
                }
                var expectation = Evaluation.Expectation(kind: kind)
                let text = match.3.map { $0.trimmingCharacters(in: .whitespaces) }
                if match.2 == "regex" { expectation.pattern = text } else { expectation.message = text }
                evaluation.expectations.append(expectation)
            } else if block.count(where: { !$0.hasPrefix("expect") }) == 1, let scalar = try? number(line) {
                evaluation.scalar = scalar
            } else {
                evaluation.series.append(try SeriesNotation(line))
            }
        }
        return evaluation
    }

    private static func number(_ text: String) throws -> Double {
        if text.hasPrefix("0x"), let value = Int64(text.dropFirst(2), radix: 16) { return Double(value) }
        return try SeriesNotation.number(text)
    }

    static func duration(_ text: some StringProtocol) throws -> Int64 {
        if text.hasPrefix("-") { return try -duration(text.dropFirst()) }
        if let milliseconds = DurationText.milliseconds(text) { return milliseconds }
        guard let seconds = Double(text) else { throw ScriptError("\"\(text)\" is not a duration") }
        return Int64(seconds * 1_000)
    }
}
