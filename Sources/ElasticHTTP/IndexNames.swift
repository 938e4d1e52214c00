internal import Base
internal import Foundation
internal import LogDocuments
internal import LogSearch
internal import Model

/// Which index an event stands in: the one that it was written to; else one a day, of its own UTC day.
package struct IndexNames: Sendable {
    /// What names of days begin with, for events that came by files and the network.
    private let prefix: String
    /// The same for what this program's own parts wrote.
    private let ownPrefix: String

    /// - Parameters:
    ///   - prefix: what names of days begin with.
    ///   - ownPrefix: the same for what this program's own recorders printed.
    package init(prefix: String = "vms-", ownPrefix: String = "watchpost-") {
        self.prefix = prefix
        self.ownPrefix = ownPrefix
    }

    private static let ownField = "input.type"
    private static let ownKinds: [LogValue] = [.string("recorder"), .string("watchpost")]
    /// Names of fields by which ``index(of:)`` tells.
    static let fields: Set<String> = [DocumentFields.index, ownField]
    private static let day: Int64 = 86_400_000
    /// 1 January 2101, as a day since 1970: names of later days are not looked for by patterns.
    private static let daysMax = 47_847

    func index(of event: borrowing LogEvent) -> String {
        if case .string(let name)? = event.fields[DocumentFields.index] { return name }
        let isOwn = event.fields[Self.ownField].map(Self.ownKinds.contains) ?? false
        return name(ofDay: CivilDate.dayNumber(of: event.timestamp), isOwn: isOwn)
    }

    func name(ofDay number: Int, isOwn: Bool) -> String { (isOwn ? ownPrefix : prefix) + Self.dayText(number) }

    private static func dayText(_ number: Int) -> String {
        let date = CivilDate(dayNumber: number)
        func digits(_ value: Int) -> [UInt8] { [UInt8(48 + value / 10 % 10), UInt8(48 + value % 10)] }
        let dot = UInt8(ascii: ".")
        return String(
            decoding: digits(date.year / 100) + digits(date.year) + [dot] + digits(date.month) + [dot]
                + digits(date.day),
            as: UTF8.self)
    }

    /// Events that were written to an index by its name.
    static let named = LogQuery.exists(DocumentFields.index)
    /// Events without such a name, of files or of our own parts.
    static func unnamed(isOwn: Bool) -> LogQuery {
        let own = LogQuery.value(of: ownField, isOneOf: ownKinds, .exact)
        return .every([.not(named), isOwn ? own : .not(own)])
    }

    /// Events of the indices that an expression names.
    func query(_ expression: IndexExpression) -> LogQuery {
        if expression.isEverything { return .all }
        var parts: [LogQuery] = []
        if let names = expression.names {
            parts.append(.value(of: DocumentFields.index, isOneOf: names.map { .string($0) }, .exact))
        } else {
            parts.append(.text(of: DocumentFields.index, "\(expression)") { expression.matches($0) })
        }
        for isOwn in [false, true] {
            let ranges = days(expression, behind: isOwn ? ownPrefix : prefix)
            if ranges.isEmpty { continue }
            let unnamed = Self.unnamed(isOwn: isOwn)
            parts.append(ranges == [.all] ? unnamed : .every([unnamed, .any(ranges.map { .time($0) })]))
        }
        return .any(parts)
    }

    /// The times of the days whose names are wanted, one range for neighbours.
    private func days(_ expression: IndexExpression, behind prefix: String) -> [TimeRange] {
        if expression.hasAll(behind: prefix) { return [.all] }
        if let names = expression.names {
            let days = names.compactMap { name in
                name.hasPrefix(prefix) ? Self.dayNumber(name.dropFirst(prefix.count)) : nil
            }
            return Set(days).sorted().map {
                TimeRange(start: Int64($0) * Self.day, end: Int64($0 + 1) * Self.day - 1)
            }
        }
        var days: IndexSet = []
        for head in expression.heads {
            // What stands before the first star is the beginning of the names, or begins with what they begin with.
            if prefix.hasPrefix(head) {
                days.insert(integersIn: 0...Self.daysMax)
            } else if head.hasPrefix(prefix) {
                let year = Int(head.dropFirst(prefix.count).prefix(4))
                guard let year, (1_970...2_100).contains(year) else {
                    days.insert(integersIn: 0...Self.daysMax)
                    continue
                }
                let first = CivilDate(year: year, month: 1, day: 1).dayNumber
                days.insert(integersIn: first..<first + 366)
            }
        }
        let wanted = days.filteredIndexSet { expression.matches(prefix + Self.dayText($0)) }
        return wanted.rangeView.map { range in
            TimeRange(start: Int64(range.lowerBound) * Self.day, end: Int64(range.upperBound) * Self.day - 1)
        }
    }

    private static func dayNumber(_ text: Substring) -> Int? {
        guard let match = text.wholeMatch(of: /(\d{4})\.(\d\d)\.(\d\d)/), let year = Int(match.1),
            let month = Int(match.2), let day = Int(match.3), (1...12).contains(month)
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        return (1...date.lengthOfMonth).contains(day) ? date.dayNumber : nil
    }
}
