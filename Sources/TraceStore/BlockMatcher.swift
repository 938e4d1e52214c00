import Base
import Model
import Partitions

/// Finds the spans of a block that a query wants: what its conditions say of the different strings of a column, of
/// classes and of resources tells of most rows at once.
struct BlockMatcher {
    private let table: SpanTable

    init(_ table: SpanTable) { self.table = table }

    /// For which rows something holds.
    private enum Found {
        case none
        case all
        case some([Bool])

        /// Adds what `other` has.
        mutating func formUnion(_ other: Found) {
            switch (self, other) {
            case (.all, _), (_, .none): break
            case (_, .all): self = .all
            case (.none, .some): self = other
            case (.some(var rows), .some(let others)):
                self = .none
                for index in rows.indices where others[index] { rows[index] = true }
                self = .some(rows)
            }
        }
    }

    /// The rows that a query wants, in order.
    /// - Parameter range: of starts; `nil` where all are in it.
    func rows(_ conditions: [PreparedCondition], in range: ClosedRange<Int64>?) throws -> [Int] {
        var wanted: [Bool]?
        // Times last: they are dear.
        let ordered = conditions.filter { $0.subject != .duration } + conditions.filter { $0.subject == .duration }
        for condition in ordered {
            switch (try found(condition), condition.isNegated) {
            case (.none, false), (.all, true): return []
            case (.none, true), (.all, false): break
            case (.some(let rows), let isNegated):
                var kept = wanted ?? [Bool](repeating: true, count: table.count)
                var isAny = false
                for index in rows.indices {
                    kept[index] = kept[index] && rows[index] != isNegated
                    isAny = isAny || kept[index]
                }
                if !isAny { return [] }
                wanted = kept
            }
        }
        let starts = try range.map { _ in try table.times().starts }
        return (0..<table.count).filter { row in
            if let wanted, !wanted[row] { return false }
            guard let range, let starts else { return true }
            return range.contains(starts[row])
        }
    }

    private func found(_ condition: PreparedCondition) throws -> Found {
        switch condition.subject {
        case .service:
            let services = table.scopes.indices.map { condition.holds(for: .string(table.service(ofScope: $0))) }
            return try byClass { services[$0.scope] }
        case .name:
            var known: [Int: Bool] = [:]
            return try byClass { found in
                if let answer = known[found.name] { return answer }
                let answer = condition.holds(for: .string(table.texts[found.name]))
                known[found.name] = answer
                return answer
            }
        case .kind:
            let kinds = Span.Kind.allCases.map { $0 != .unspecified && condition.holds(for: .string($0.name)) }
            return try byClass { kinds[Int($0.kind)] }
        case .status:
            let statuses = Span.Status.allCases.map { condition.holds(for: .string("\($0)")) }
            return try byClass { statuses[Int($0.status)] }
        case .duration:
            let durations = try table.times().durations
            return .some(durations.map { condition.holds(forNumber: UInt64(bitPattern: $0), .integer) })
        case .root:
            let (root, other) = (condition.holds(for: .boolean(true)), condition.holds(for: .boolean(false)))
            if root == other { return root ? .all : .none }
            return .some(try table.parents().numbers.map { $0 == 0 ? root : other })
        case .event:
            let names = Set(table.events.classes.map(\.name)).filter { condition.holds(for: .string(table.texts[$0])) }
            if names.isEmpty { return .none }
            return try spans(
                withEvents: try table.events.classOfRow().map { names.contains(table.events.classes[Int($0)].name) })
        case .attribute: return try attribute(condition)
        }
    }

    private func byClass(_ holds: (RowTable.RowClass) -> Bool) throws -> Found {
        let answers = table.spans.classes.map(holds)
        if !answers.contains(true) { return .none }
        if !answers.contains(false) { return .all }
        return .some(try table.spans.classOfRow().map { answers[Int($0)] })
    }

    // MARK: Attributes

    private func attribute(_ condition: PreparedCondition) throws -> Found {
        let names = condition.names.map(\.name)
        func holds(_ attributes: [SpanAttribute]) -> Bool {
            attributes.contains { names.contains($0.key) && condition.holds(for: $0.value) }
        }
        let resources = table.resources.map { holds($0.attributes) }
        let scopes = table.scopes.map { resources[$0.resource] || holds($0.attributes) }
        var found = try byClass { scopes[$0.scope] }
        found.formUnion(try rows(of: table.spans, names, condition))
        switch try rows(of: table.events, names, condition) {
        case .none: break
        case .all: found.formUnion(try spans(withEvents: [Bool](repeating: true, count: table.events.count)))
        case .some(let events): found.formUnion(try spans(withEvents: events))
        }
        return found
    }

    /// Rows of a table with an attribute for which a condition holds.
    private func rows(of part: RowTable, _ names: [String], _ condition: PreparedCondition) throws -> Found {
        let keys = Set(table.texts.indices.filter { names.contains(table.texts[$0]) })
        if keys.isEmpty { return .none }
        var answers: [Int: [Bool]] = [:]
        for (place, column) in part.columns.enumerated() where column.kind.isAttribute && keys.contains(column.key) {
            if let found = try values(of: column, condition) { answers[place] = found }
        }
        if answers.isEmpty { return .none }
        var rows = [Bool](repeating: false, count: part.count)
        let byClass = try part.rowsByClass()
        var first = 0
        for (number, found) in part.classes.enumerated() {
            for (position, place) in part.shapes[found.shape].enumerated() {
                guard let answer = answers[place] else { continue }
                let begin = part.firstValues[number][position]
                for rank in 0..<found.rows where answer[begin + rank] { rows[Int(byClass[first + rank])] = true }
            }
            first += found.rows
        }
        return .some(rows)
    }

    /// For which values of a column a condition holds; `nil` for none.
    private func values(of column: BlockColumn, _ condition: PreparedCondition) throws -> [Bool]? {
        guard column.kind.isText else {
            let found = try column.numbers().map { condition.holds(forNumber: $0, column.kind) }
            return found.contains(true) ? found : nil
        }
        let texts = try column.texts()
        let found = try (0..<texts.count).map { place in
            if column.kind == .bytes { return condition.holds(for: try table.value(.bytes, texts, place)) }
            return texts.withString(place) { condition.holds(forText: $0, column.kind) }
        }
        if !found.contains(true) { return nil }
        guard let rows = texts.rows else { return [Bool](repeating: found[0], count: column.count) }
        return rows.map { found[Int($0)] }
    }

    /// Spans that have one of some events.
    private func spans(withEvents events: [Bool]) throws -> Found {
        if !events.contains(true) { return .none }
        let first = try table.firstParts(.eventCount, table.events)
        return .some((0..<table.count).map { row in (first[row]..<first[row + 1]).contains { events[$0] } })
    }
}
