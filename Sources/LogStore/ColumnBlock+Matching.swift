import Base
import Model

/// Which events of a group may fulfil a condition.
enum Candidates {
    case none
    case all
    /// A byte an event: 1 for those that may.
    case some([UInt8])

    var isNone: Bool { if case .none = self { true } else { false } }

    func contains(_ row: Int) -> Bool {
        switch self {
        case .none: false
        case .all: true
        case .some(let flags): flags[row] != 0
        }
    }

    func and(_ other: Candidates) -> Candidates {
        switch (self, other) {
        case (.none, _), (_, .none): .none
        case (.all, let rest), (let rest, .all): rest
        case (.some(let left), .some(let right)): Candidates(zip(left, right).map { $0 & $1 })
        }
    }

    func or(_ other: Candidates) -> Candidates {
        switch (self, other) {
        case (.all, _), (_, .all): .all
        case (.none, let rest), (let rest, .none): rest
        case (.some(let left), .some(let right)): .some(zip(left, right).map { $0 | $1 })
        }
    }

    var inverted: Candidates {
        switch self {
        case .none: .all
        case .all: .none
        case .some(let flags): Candidates(flags.map { 1 - $0 })
        }
    }

    init(_ flags: [UInt8]) { self = flags.contains(1) ? .some(flags) : .none }
}

/// Finds events in a block's columns without making them.
struct BlockMatcher {
    private let block: ColumnBlock
    private let condition: LogCondition

    init(_ block: ColumnBlock, _ condition: LogCondition) {
        self.block = block
        self.condition = condition
    }

    /// Which events of a group may fulfil the condition.
    func candidates(_ group: ColumnBlock.Group) throws -> Candidates { try answer(group).candidates }

    func answer(_ group: ColumnBlock.Group) throws -> Answer { try evaluate(condition, group, within: .all) }

    /// Candidates, and whether each of them fulfils the condition for certain.
    struct Answer {
        var candidates: Candidates
        var isExact: Bool
    }

    private func evaluate(
        _ condition: LogCondition, _ group: ColumnBlock.Group, within: Candidates
    ) throws -> Answer {
        switch condition {
        case .all: return Answer(candidates: .all, isExact: true)
        case .unknown: return Answer(candidates: .all, isExact: false)
        case .time(let range):
            let times = block.timeRange
            if !range.overlaps(times) { return Answer(candidates: .none, isExact: true) }
            return Answer(candidates: .all, isExact: range.contains(times.start) && range.contains(times.end))
        case .not(let inner):
            let answer = try evaluate(inner, group, within: within)
            return answer.isExact
                ? Answer(candidates: answer.candidates.inverted, isExact: true)
                : Answer(candidates: .all, isExact: false)
        case .every(let parts):
            var answer = Answer(candidates: within, isExact: true)
            // What costs little comes first, and what costs much looks only at what is left.
            let ordered = parts.map { (cost: cost($0, group), part: $0) }.sorted { $0.cost < $1.cost }
            for (_, part) in ordered {
                let next = try evaluate(part, group, within: answer.candidates)
                answer.candidates = answer.candidates.and(next.candidates)
                answer.isExact = answer.isExact && next.isExact
                if answer.candidates.isNone { return Answer(candidates: .none, isExact: true) }
            }
            return answer
        case .any(let parts):
            var answer = Answer(candidates: .none, isExact: true)
            for part in parts {
                let next = try evaluate(part, group, within: within)
                answer.candidates = answer.candidates.or(next.candidates)
                answer.isExact = answer.isExact && next.isExact
            }
            return answer
        case .test(let test): return try evaluate(test, group, within)
        }
    }

    private func cost(_ condition: LogCondition, _ group: ColumnBlock.Group) -> Int {
        switch condition {
        case .all, .unknown, .time: return 0
        case .not(let inner): return cost(inner, group)
        case .every(let parts), .any(let parts): return parts.reduce(0) { $0 + cost($1, group) }
        case .test(let test):
            return columns(test, group).reduce(0) { sum, column in
                switch column.kind {
                case .constant: sum
                case .dictionary: sum + 1
                case .numbers: sum + 4
                case .text, .values: sum + 100
                }
            }
        }
    }

    /// The columns that a test looks at; of two, what the second says counts where the first says nothing.
    private func columns(_ test: LogTest, _ group: ColumnBlock.Group) -> [ColumnBlock.Column] {
        switch test.field {
        case .any: return group.columns.filter { !LogFields.isReserved(block.names[$0.name]) }
        case .name(let name):
            let first = group.columns.first { block.names[$0.name] == name }
            if let first, first.presence == nil { return [first] }
            let second = group.columns.first { self.isBehindFields(block.names[$0.name], name) }
            return [first, second].compactMap { $0 }
        }
    }

    private func isBehindFields(_ full: String, _ name: String) -> Bool {
        full.utf8.count == name.utf8.count + 7 && full.hasPrefix("fields.") && full.hasSuffix(name)
    }

    private func evaluate(_ test: LogTest, _ group: ColumnBlock.Group, _ within: Candidates) throws -> Answer {
        var answer = Answer(candidates: .none, isExact: true)
        let columns = columns(test, group)
        let isNamed = if case .name = test.field { true } else { false }
        for (place, column) in columns.enumerated() {
            var next = try evaluate(test, column, group, within)
            if isNamed, place == 1, let presence = try block.presence(columns[0], group) {
                next.candidates = next.candidates.and(Candidates(presence.map { 1 - $0 }))
            }
            answer.candidates = answer.candidates.or(next.candidates)
            answer.isExact = answer.isExact && next.isExact
            if case .all = answer.candidates, answer.isExact { break }
        }
        return answer
    }

    private func evaluate(
        _ test: LogTest, _ column: ColumnBlock.Column, _ group: ColumnBlock.Group, _ within: Candidates
    ) throws -> Answer {
        let name = block.names[column.name]
        func spread(_ candidates: Candidates) throws -> Candidates {
            guard let presence = try block.presence(column, group) else { return candidates }
            switch candidates {
            case .none: return .none
            case .all: return Candidates(presence)
            case .some(let flags):
                var place = 0
                return .some(
                    presence.map { isHere in
                        if isHere == 0 { return 0 }
                        place += 1
                        return flags[place - 1]
                    })
            }
        }
        switch column.kind {
        case .constant(let value):
            if !passes(test, value, name) { return Answer(candidates: .none, isExact: true) }
            return Answer(candidates: try spread(.all), isExact: true)
        case .dictionary(let values):
            let passing = values.map { passes(test, $0, name) }
            if !passing.contains(true) { return Answer(candidates: .none, isExact: true) }
            let codes = try block.codes(column, of: values.count)
            return Answer(
                candidates: try spread(Candidates(codes.map { passing[Int($0)] ? 1 : 0 })), isExact: true)
        case .numbers(let description):
            guard let wanted = test.numbers else { return Answer(candidates: .none, isExact: true) }
            if let bounds = description.bounds, !bounds.overlaps(wanted) {
                return Answer(candidates: .none, isExact: true)
            }
            let numbers = try block.numbers(column, description)
            if test.asksForTextOfNumbers {
                let flags = NumberTexts.passing(test, name, numbers, description)
                return Answer(candidates: try spread(Candidates(flags)), isExact: true)
            }
            // Few are in the bounds: who asks looks at the events.
            let flags = numbers.map { wanted.contains(description.double($0)) ? UInt8(1) : 0 }
            return Answer(candidates: try spread(Candidates(flags)), isExact: test.isNumberRange)
        case .text(let hasOthers):
            let searcher = TextSearcher(test)
            if searcher.takesAll { return Answer(candidates: try spread(.all), isExact: test.takesAnyText) }
            if !hasOthers, try !searcher.mayFind(column, block) {
                return Answer(candidates: .none, isExact: true)
            }
            let found = try searcher.candidates(column, block)
            return Answer(candidates: try spread(found), isExact: false)
        case .values:
            var flags: [UInt8] = []
            flags.reserveCapacity(column.count)
            try block.forEachValue(column) { _, value in flags.append(test.passes(value, name) ? 1 : 0) }
            return Answer(candidates: try spread(Candidates(flags)), isExact: true)
        }
    }

    /// Whether a value of the header passes. Texts that cannot are not made.
    private func passes(_ test: LogTest, _ value: Range<Int>, _ name: String) -> Bool {
        let mayPass = block.header.withUnsafeBytes { header in
            var reader = ByteReader(UnsafeRawBufferPointer(rebasing: header[value]))
            guard reader.byte() == EventRows.Tag.string else { return true }
            let text = reader.counted()
            return test.literals.allSatisfy { ByteSearch.mayHold(text, $0) }
        }
        return mayPass && test.passes(block.headerValue(value), name)
    }
}
