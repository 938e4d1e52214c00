import Patterns

/// Reads pairs of keys and values out of a text, as Logstash's kv filter does.
///
/// https://www.elastic.co/guide/en/logstash/current/plugins-filters-kv.html
package struct KeyValueText: Sendable {
    package enum Transform: String, Sendable {
        case lowercase, uppercase, capitalize

        func callAsFunction(_ text: String) -> String {
            switch self {
            case .lowercase: text.lowercased()
            case .uppercase: text.uppercased()
            case .capitalize: text.prefix(1).uppercased() + text.dropFirst().lowercased()
            }
        }
    }

    /// The filter's options, under their names.
    package struct Options: Sendable {
        package var fieldSplit = " "
        package var fieldSplitPattern: String?
        package var valueSplit = "="
        package var valueSplitPattern: String?
        package var includeBrackets = true
        package var trimKey: String?
        package var trimValue: String?
        package var removeCharKey: String?
        package var removeCharValue: String?
        package var transformKey: Transform?
        package var transformValue: Transform?
        /// Whether blanks around what splits a value from its key are no part of either.
        package var isLenient = true
        package var recursive = false
        package var allowDuplicateValues = true
        package var allowEmptyValues = false

        package init() {}
    }

    /// What the event decides about keys.
    package struct Keys: Sendable {
        package var prefix = ""
        /// Those that are taken; none means all.
        package var include: Set<String> = []
        package var exclude: Set<String> = []

        package init(prefix: String = "", include: Set<String> = [], exclude: Set<String> = []) {
            self.prefix = prefix
            self.include = include
            self.exclude = exclude
        }
    }

    package indirect enum Value: Hashable, Sendable {
        case text(String)
        /// Of a key that comes more than once.
        case list([Value])
        /// In the order in which keys came first.
        case pairs([Pair])
    }

    package struct Pair: Hashable, Sendable {
        package var key: String
        package var value: Value
    }

    private let options: Options
    private let scanner: KeyValueScanner
    private let trimKey: CharacterSetText?
    private let trimValue: CharacterSetText?
    private let removeKey: CharacterSetText?
    private let removeValue: CharacterSetText?

    /// Of one text, and of values in one another.
    private static let pairsMax = 10_000
    private static let depthMax = 16

    /// - Throws: an option that cannot be read.
    package init(_ options: Options = Options()) throws(KeyValueError) {
        func set(_ option: String, _ text: String?) throws(KeyValueError) -> CharacterSetText? {
            guard let text else { return nil }
            guard let set = CharacterSetText(text) else {
                throw KeyValueError(option: option, reason: "\"\(text)\" names other than single characters of ASCII")
            }
            return set
        }
        self.options = options
        scanner = try KeyValueScanner(options)
        trimKey = try set("trim_key", options.trimKey)
        trimValue = try set("trim_value", options.trimValue)
        removeKey = try set("remove_char_key", options.removeCharKey)
        removeValue = try set("remove_char_value", options.removeCharValue)
    }

    /// The pairs of some texts together, with the defaults of those keys that none has.
    package func pairs(
        in texts: [String], keys: Keys = Keys(), defaults: [(key: String, value: String)] = []
    ) -> [Pair] {
        var found = Found()
        for text in texts { read(text, keys, &found, depth: 0) }
        let missing = defaults.filter { found.places[$0.key] == nil }
        return missing.map { Pair(key: $0.key, value: .text($0.value)) } + found.all
    }

    private struct Found {
        var pairs: [Pair] = []
        var places: [String: Int] = [:]
        /// Of pairs whose key came again: its other values.
        var more: [Int: [Value]] = [:]
        var count = 0

        var all: [Pair] {
            pairs.indices.map { place in
                guard let others = more[place] else { return pairs[place] }
                return Pair(key: pairs[place].key, value: .list([pairs[place].value] + others))
            }
        }
    }

    private func read(_ text: String, _ keys: Keys, _ found: inout Found, depth: Int) {
        for (key, value) in scanner.pairs(in: text) {
            if value.isEmpty, !options.allowEmptyValues { continue }
            guard found.count < Self.pairsMax else { return }
            add(key, value, keys, &found, depth)
        }
    }

    private func add(_ key: String, _ value: String, _ keys: Keys, _ found: inout Found, _ depth: Int) {
        var key = trimKey?.trimmed(key) ?? key
        key = removeKey?.removed(from: key) ?? key
        key = options.transformKey?(key) ?? key
        if !keys.include.isEmpty, !keys.include.contains(key) { return }
        if keys.exclude.contains(key) { return }
        key = keys.prefix + key
        var text = trimValue?.trimmed(value) ?? value
        text = removeValue?.removed(from: text) ?? text
        text = options.transformValue?(text) ?? text
        var value = Value.text(text)
        if !options.allowDuplicateValues, let place = found.places[key] {
            if found.pairs[place].value == value || found.more[place]?.contains(value) == true { return }
        }
        if options.recursive, depth < Self.depthMax {
            var inner = Found(count: found.count)
            read(text, keys, &inner, depth: depth + 1)
            found.count = inner.count
            if !inner.pairs.isEmpty { value = .pairs(inner.all) }
        }
        found.count += 1
        guard let place = found.places[key] else {
            found.places[key] = found.pairs.count
            found.pairs.append(Pair(key: key, value: value))
            return
        }
        found.more[place, default: []].append(value)
    }
}

/// An option of the kv filter that cannot be read.
package struct KeyValueError: Error, Hashable, Sendable, CustomStringConvertible {
    package let option: String
    package let reason: String

    package var description: String { "cannot use \(option): \(reason)" }
}
