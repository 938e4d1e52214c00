import Synchronization

/// What months, days, halves of the day and eras are called in a language, as Unicode's CLDR has them.
package struct DateLocale: Sendable {
    private let byField: [DateField: DateNames]

    package static let english = DateLocale(language: "en", names: Self.names["en"] ?? [])

    private static let known = Mutex<[String: DateLocale]>([:])

    /// The locale of a tag as BCP 47 and POSIX have them (`de`, `pt-BR`, `en_US.UTF-8`).
    /// - Returns: `nil` if the language is not in the table.
    package static func named(_ tag: String) -> DateLocale? {
        let parts = tag.prefix { $0 != "." && $0 != "@" }.split { $0 == "-" || $0 == "_" }.map { $0.lowercased() }
        // The longest beginning that the table has: `pt-BR` is `pt`.
        for count in stride(from: min(parts.count, 2), to: 0, by: -1) {
            let key = parts.prefix(count).joined(separator: "-")
            let name = aliases[key] ?? key
            guard let lists = names[name] else { continue }
            return known.withLock { known in
                if let locale = known[name] { return locale }
                let locale = DateLocale(language: parts[0], names: lists)
                known[name] = locale
                return locale
            }
        }
        return nil
    }

    private init(language: String, names: [String]) {
        let lists = names.map { $0.split(separator: "|").map(String.init) }
        func list(_ index: Int) -> [String] { lists.indices.contains(index) ? lists[index] : [] }
        // CLDR's weeks begin on Sunday, those of ISO 8601 on Monday.
        func days(_ index: Int) -> [String] { Array(list(index).dropFirst() + list(index).prefix(1)) }
        byField = [
            .month: DateNames(full: list(0), short: list(1), first: 1, language: language),
            .dayOfWeek: DateNames(full: days(2), short: days(3), first: 1, language: language),
            .halfday: DateNames(full: list(4), short: list(4), first: 0, language: language),
            .era: DateNames(
                full: list(5), short: list(5), others: language == "en" ? ["BCE", "CE"] : [], first: 0,
                language: language),
        ]
    }

    func names(of field: DateField) -> DateNames {
        byField[field] ?? DateNames(full: [], short: [], first: 0, language: "")
    }
}

/// The names of a field's values.
final class DateNames: Sendable {
    private struct Name {
        let bytes: [UInt8]
        let value: Int
    }

    private let full: [String]
    private let short: [String]
    private let first: Int
    /// By their first byte, the longest first.
    private let byFirstByte: [[Name]]

    /// - Parameter others: names that are read, and not printed.
    init(full: [String], short: [String], others: [String] = [], first: Int, language: String) {
        self.full = full
        self.short = short
        self.first = first
        var values: [String: Int] = [:]
        // Of a text that names two the first one counts, and a short name before a full one.
        for names in [others, full, short] {
            for (index, name) in names.enumerated().reversed() { values[name.uppercased()] = first + index }
        }
        // No name is looked for beyond the length of the longest full one.
        let longest = (full + others).map(\.utf16.count).max() ?? 0
        var byFirstByte = [[Name]](repeating: [], count: 256)
        var seen: Set<String> = []
        for name in full + short + others {
            guard let value = values[name.uppercased()] else { continue }
            for form in [name, Self.lowercased(name, language), Self.uppercased(name, language)]
            where form.utf16.count <= longest && seen.insert(form).inserted {
                let bytes = Array(form.utf8)
                if let initial = bytes.first { byFirstByte[Int(initial)].append(Name(bytes: bytes, value: value)) }
            }
        }
        self.byFirstByte = byFirstByte.map { $0.sorted { $0.bytes.count > $1.bytes.count } }
    }

    /// Turkish has two letters I, with and without its dot.
    private static func lowercased(_ name: String, _ language: String) -> String {
        guard language == "tr" else { return name.lowercased() }
        return String(name.map { $0 == "I" ? "ı" : $0 == "İ" ? "i" : $0 }).lowercased()
    }

    private static func uppercased(_ name: String, _ language: String) -> String {
        guard language == "tr" else { return name.uppercased() }
        return String(name.map { $0 == "i" ? "İ" : $0 == "ı" ? "I" : $0 }).uppercased()
    }

    /// The longest name that stands at a place, full or short, as it is written or all in one case.
    func read(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> (value: Int, end: Int)? {
        guard start < text.count else { return nil }
        for name in byFirstByte[Int(text[start])] where start + name.bytes.count <= text.count {
            var index = 1
            while index < name.bytes.count, name.bytes[index] == text[start + index] { index += 1 }
            if index == name.bytes.count { return (name.value, start + index) }
        }
        return nil
    }

    func text(of value: Int, short isShort: Bool) -> String {
        let names = isShort ? short : full
        return names.indices.contains(value - first) ? names[value - first] : ""
    }
}
