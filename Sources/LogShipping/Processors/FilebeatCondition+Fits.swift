import Model
internal import Patterns

extension FilebeatCondition {
    func fits(_ draft: borrowing EventDraft) -> Bool {
        switch self {
        case .equals(let wanted):
            for (name, value) in wanted {
                guard let found = draft.value(name), Self.equals(found, value) else { return false }
            }
            return true
        case .contains(let wanted):
            for (name, text) in wanted {
                guard Self.texts(draft.value(name)).contains(where: { $0.contains(text) }) else { return false }
            }
            return true
        case .regexp(let wanted):
            for (name, pattern) in wanted {
                guard Self.texts(draft.value(name)).contains(where: { pattern.isFound(in: $0) }) else { return false }
            }
            return true
        case .range(let wanted):
            for (name, bound, limit) in wanted {
                guard let number = Self.number(draft.value(name)) else { return false }
                let fits =
                    switch bound {
                    case .gt: number > limit
                    case .gte: number >= limit
                    case .lt: number < limit
                    case .lte: number <= limit
                    }
                guard fits else { return false }
            }
            return true
        case .hasFields(let names):
            for name in names { guard draft.has(name) else { return false } }
            return true
        case .network(let wanted):
            for (name, ranges) in wanted {
                let addresses = Self.texts(draft.value(name)).compactMap(NetworkRange.address)
                guard addresses.contains(where: { address in ranges.contains { $0.contains(address) } }) else {
                    return false
                }
            }
            return true
        case .and(let conditions):
            for condition in conditions { guard condition.fits(draft) else { return false } }
            return true
        case .or(let conditions):
            for condition in conditions { if condition.fits(draft) { return true } }
            return false
        case .not(let condition): return !condition.fits(draft)
        }
    }

    private static func texts(_ value: LogValue?) -> [String] {
        switch value {
        case .string(let text): [text]
        case .array(let values): values.flatMap(texts)
        default: []
        }
    }

    private static func equals(_ value: LogValue, _ wanted: String) -> Bool {
        switch value {
        case .string(let text): text == wanted
        case .integer(let number): Double(wanted) == Double(number)
        case .double(let number): Double(wanted) == number
        case .boolean(let flag): wanted.lowercased() == (flag ? "true" : "false")
        case .array, .null: false
        }
    }

    private static func number(_ value: LogValue?) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .double(let number): number
        case .string(let text): Double(text)
        default: nil
        }
    }
}
