import Base
import Model

/// Tells of events in rows whether they may fulfil a condition, without making them.
struct RowMatcher {
    private let condition: LogCondition

    init(_ condition: LogCondition) { self.condition = condition }

    func mayMatch(_ row: borrowing EventRowsReader) -> Bool { answer(condition, row).mayMatch }

    private struct Answer {
        let mayMatch: Bool
        let isExact: Bool
    }

    private func answer(_ condition: LogCondition, _ row: borrowing EventRowsReader) -> Answer {
        switch condition {
        case .all: return Answer(mayMatch: true, isExact: true)
        case .unknown: return Answer(mayMatch: true, isExact: false)
        case .not(let inner):
            let answer = answer(inner, row)
            return Answer(mayMatch: answer.isExact ? !answer.mayMatch : true, isExact: answer.isExact)
        case .every(let parts):
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
        case .test(let test): return Answer(mayMatch: mayPass(test, row), isExact: false)
        }
    }

    private func mayPass(_ test: LogTest, _ row: borrowing EventRowsReader) -> Bool {
        if let shared = row.sharedNumber.map({ row.shared[$0] }) {
            for (name, value) in shared.entries where isAsked(test.field, name) {
                if mayPass(test, value) { return true }
            }
        }
        for field in row.fields where isAsked(test.field, row.names[field.name]) {
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

    private func isAsked(_ field: LogTest.Field, _ name: String) -> Bool {
        switch field {
        case .any: true
        case .name(let wanted): name == wanted || (name.hasSuffix(wanted) && name == "fields." + wanted)
        }
    }

    private func mayPass(_ test: LogTest, _ value: LogValue) -> Bool {
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
