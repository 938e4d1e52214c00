import Model

/// `convert`: gives fields another type.
package enum ValueConversion {
    package enum Kind: String, Sendable, CaseIterable { case integer, long, float, double, string, boolean, ip }

    package struct Conversion: Sendable {
        let from: String
        let to: String
        let kind: Kind?
    }

    package struct Settings: Sendable {
        var tolerance = FilebeatProcessor.Tolerance()
        /// `mode: rename`: the field itself does not stay.
        var renames = false
    }

    static func apply(_ conversions: [Conversion], _ settings: Settings, to draft: inout EventDraft) {
        let before = draft
        for item in conversions {
            var failure: String?
            if let value = draft.event.fields[item.from] {
                if let converted = item.kind.map({ convert(value, to: $0) }) ?? value {
                    if settings.renames, item.from != item.to { draft.remove(item.from) }
                    draft.event.fields[item.to] = converted
                } else {
                    failure = "the field \(item.from) is not of the type \(item.kind?.rawValue ?? "")"
                }
            } else if !settings.tolerance.ignoresMissing {
                failure = "the field \(item.from) is not there"
            }
            if let failure, settings.tolerance.failsOnError {
                draft = before
                return draft.fail("convert: \(failure)")
            }
        }
    }

    static func convert(_ value: LogValue, to kind: Kind) -> LogValue? {
        if case .array(let values) = value {
            let converted = values.compactMap { convert($0, to: kind) }
            return converted.count == values.count ? .array(converted) : nil
        }
        switch kind {
        case .integer: return whole(value).flatMap { Int32(exactly: $0) }.map { .integer(Int64($0)) }
        case .long: return whole(value).map(LogValue.integer)
        case .float, .double: return number(value).map(LogValue.double)
        case .string: return text(value).map(LogValue.string)
        case .boolean: return boolean(value).map(LogValue.boolean)
        case .ip:
            guard case .string(let text) = value, NetworkRange.address(text) != nil else { return nil }
            return value
        }
    }

    private static func whole(_ value: LogValue) -> Int64? {
        switch value {
        case .integer(let number): number
        case .double(let number): Int64(exactly: number.rounded(.towardZero))
        case .string(let text): text.hasPrefix("0x") ? Int64(text.dropFirst(2), radix: 16) : Int64(text)
        case .boolean, .array, .null: nil
        }
    }

    private static func number(_ value: LogValue) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .double(let number): number
        case .string(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        case .boolean, .array, .null: nil
        }
    }

    private static func text(_ value: LogValue) -> String? {
        switch value {
        case .integer(let number): String(number)
        case .double(let number): String(number)
        case .string(let text): text
        case .boolean(let flag): String(flag)
        case .array, .null: nil
        }
    }

    private static func boolean(_ value: LogValue) -> Bool? {
        switch value {
        case .boolean(let flag): flag
        case .string(let text):
            switch text {
            case "1", "t", "T", "true", "TRUE", "True": true
            case "0", "f", "F", "false", "FALSE", "False": false
            default: nil
            }
        case .integer, .double, .array, .null: nil
        }
    }
}
