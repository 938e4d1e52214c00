import Base
import Model

/// Tells of events in the rows of one batch whether they may fulfil a condition, without making them.
///
/// What a test says of shared fields, and which names it asks for, is found once a batch.
final class RowMatcher {
    private indirect enum Node {
        case all
        case unknown
        case time(TimeRange)
        case every([Node])
        case any([Node])
        case not(Node)
        case test(RowTest)
    }

    private let root: Node

    init(_ condition: LogCondition) { root = Self.node(condition) }

    private static func node(_ condition: LogCondition) -> Node {
        switch condition {
        case .all: .all
        case .unknown: .unknown
        case .time(let range): .time(range)
        case .every(let parts): .every(parts.map(node))
        case .any(let parts): .any(parts.map(node))
        case .not(let inner): .not(node(inner))
        case .test(let test): .test(RowTest(test))
        }
    }

    func mayMatch(_ row: borrowing EventRowsReader) -> Bool { answer(root, row).mayMatch }

    private struct Answer {
        let mayMatch: Bool
        let isExact: Bool
    }

    private func answer(_ node: Node, _ row: borrowing EventRowsReader) -> Answer {
        switch node {
        case .all: return Answer(mayMatch: true, isExact: true)
        case .unknown: return Answer(mayMatch: true, isExact: false)
        case .time(let range): return Answer(mayMatch: range.contains(row.time), isExact: true)
        case .not(let inner):
            let answer = answer(inner, row)
            return Answer(mayMatch: answer.isExact ? !answer.mayMatch : true, isExact: answer.isExact)
        case .every(let parts):
            // What shared fields say costs nothing.
            for case .test(let test) in parts where test.isRefused(byShared: row) {
                return Answer(mayMatch: false, isExact: true)
            }
            var isExact = true
            for part in parts {
                let next = answer(part, row)
                if !next.mayMatch { return Answer(mayMatch: false, isExact: true) }
                isExact = isExact && next.isExact
            }
            return Answer(mayMatch: true, isExact: isExact)
        case .any(let parts):
            var mayMatch = false
            var isExact = true
            for part in parts {
                let next = answer(part, row)
                if next.mayMatch, next.isExact { return next }
                mayMatch = mayMatch || next.mayMatch
                isExact = isExact && next.isExact
            }
            return Answer(mayMatch: mayMatch, isExact: isExact)
        case .test(let test):
            let mayMatch = test.mayPass(row)
            return Answer(mayMatch: mayMatch, isExact: !mayMatch)
        }
    }
}

/// A test, and what is known of it in a batch.
private final class RowTest {
    private let test: LogTest
    /// By the number of the name, whether the test asks for it.
    private var asks: [Bool] = []
    /// By the number of the shared fields, whether one of them passes, and whether one is asked for.
    private var shared: [(mayPass: Bool, isAsked: Bool)] = []

    init(_ test: LogTest) { self.test = test }

    private func isAsked(_ name: String) -> Bool {
        switch test.field {
        case .any: !LogFields.isReserved(name)
        case .name(let wanted): name == wanted || name == "fields." + wanted
        }
    }

    private func learn(_ row: borrowing EventRowsReader) {
        while asks.count < row.names.count { asks.append(isAsked(row.names[asks.count])) }
        while shared.count < row.shared.count {
            let asked = row.shared[shared.count].entries.filter { isAsked($0.key) }
            shared.append((asked.contains { mayPass($0.value) }, !asked.isEmpty))
        }
    }

    /// Whether the fields that the event shares hold all that is asked for, and do not pass.
    func isRefused(byShared row: borrowing EventRowsReader) -> Bool {
        learn(row)
        guard let number = row.sharedNumber, shared[number].isAsked, !shared[number].mayPass else { return false }
        return !row.fields.contains { asks[$0.name] }
    }

    func mayPass(_ row: borrowing EventRowsReader) -> Bool {
        learn(row)
        if let number = row.sharedNumber, shared[number].mayPass { return true }
        for field in row.fields where asks[field.name] {
            var reader = ByteReader(UnsafeRawBufferPointer(rebasing: row.bytes[field.start..<field.end]))
            switch reader.byte() {
            case EventRows.Tag.string:
                let text = reader.counted()
                if test.literals.allSatisfy({ ByteSearch.mayHold(text, $0) }) { return true }
            case EventRows.Tag.integer: if test.numbers?.contains(Double(reader.zigzag())) ?? false { return true }
            case EventRows.Tag.double:
                if test.numbers?.contains(Double(bitPattern: reader.fixed64())) ?? false { return true }
            default: return true
            }
        }
        return false
    }

    private func mayPass(_ value: LogValue) -> Bool {
        switch value {
        case .string(let text):
            text.utf8.withContiguousStorageIfAvailable { bytes in
                test.literals.allSatisfy { ByteSearch.mayHold(UnsafeRawBufferPointer(bytes), $0) }
            } ?? true
        case .integer(let number): test.numbers?.contains(Double(number)) ?? false
        case .double(let number): test.numbers?.contains(number) ?? false
        case .boolean, .array, .null: true
        }
    }
}
