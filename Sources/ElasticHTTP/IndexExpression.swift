internal import Base
internal import Foundation
internal import LogSearch
internal import Model

/// Names of indices as requests have them: a list with commas, `*` in names, `-` before those that are left out, `_all`,
/// and names with dates in them (`<vms-{now/d}>`).
struct IndexExpression: Sendable, CustomStringConvertible {
    /// Names and patterns, in lower case as all names of indices are.
    private(set) var included: [String] = []
    private var excluded: [String] = []

    /// The most names of a list.
    private static let most = 1_000
    /// The most of them with `*`, each of which is held against the names of many days.
    private static let mostPatterns = 100

    /// - Throws: ``ElasticError`` for what is no name.
    init(_ text: String?, now: Int64) throws {
        let parts = try Self.parts(of: text ?? "")
        guard parts.count <= Self.most else {
            throw ElasticError.illegal("more than \(Self.most) names of indices stand in the list")
        }
        guard parts.count(where: { $0.contains("*") }) <= Self.mostPatterns else {
            throw ElasticError.illegal("more than \(Self.mostPatterns) names with * stand in the list of indices")
        }
        for part in parts {
            let isExcluded = part.hasPrefix("-") && included.contains { $0.contains("*") }
            var name = isExcluded ? String(part.dropFirst()) : part
            if name.hasPrefix("<") { name = try Self.resolved(name, now: now) }
            if name.hasPrefix("_"), name != "_all" {
                throw ElasticError(
                    400, "invalid_index_name_exception", "Invalid index name [\(name)], must not start with '_'.")
            }
            if name.contains(":") {
                throw ElasticError.noIndex(name)
            }
            if isExcluded { excluded.append(name) } else { included.append(name == "_all" ? "*" : name) }
        }
        if included.isEmpty { included = ["*"] }
    }

    /// Commas within `{…}` do not count.
    private static func parts(of text: String) throws -> [String] {
        var parts: [String] = []
        var part = ""
        var depth = 0
        for character in text {
            if character == "{" { depth += 1 }
            if character == "}" { depth -= 1 }
            if character == ",", depth <= 0 {
                parts.append(part)
                part = ""
            } else {
                part.append(character)
            }
        }
        parts.append(part)
        return parts.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    var description: String { (included + excluded.map { "-" + $0 }).joined(separator: ",") }

    /// The names, where no pattern stands among them.
    var names: [String]? {
        excluded.isEmpty && !included.contains { $0.contains("*") } ? included : nil
    }

    /// Names that stand without a pattern, of which each must be there.
    var concrete: [String] { included.filter { !$0.contains("*") } }

    /// What stands before the first star of each name.
    var heads: [String] { included.map { String($0.prefix { $0 != "*" }) } }

    var isEverything: Bool { excluded.isEmpty && included.contains("*") }

    /// Whether all names are in it that begin so.
    func hasAll(behind prefix: String) -> Bool {
        excluded.isEmpty && included.contains { $0.hasSuffix("*") && prefix.hasPrefix($0.dropLast()) }
    }

    func matches(_ name: String) -> Bool {
        included.contains { Self.matches(name, $0) } && !excluded.contains { Self.matches(name, $0) }
    }

    /// Whether a text is what a pattern of `*` describes.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        if !pattern.utf8.contains(UInt8(ascii: "*")) { return text == pattern }
        let text = Array(text.utf8)
        let pattern = Array(pattern.utf8)
        var (position, place) = (0, 0)
        var retry: (place: Int, position: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                place += 1
                retry = (place, position)
            } else if place < pattern.count, pattern[place] == text[position] {
                place += 1
                position += 1
            } else if let again = retry {
                place = again.place
                position = again.position + 1
                retry = (again.place, position)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// `<vms-{now/d{yyyy.MM.dd|+07:00}}>`
    private static func resolved(_ name: String, now: Int64) throws -> String {
        func refused() -> ElasticError {
            ElasticError.illegal("invalid dynamic name expression [\(name)]; write <name-{now/d}>")
        }
        guard name.hasSuffix(">") else { throw refused() }
        var rest = name.dropFirst().dropLast()
        var text = ""
        while let open = rest.firstIndex(of: "{") {
            text += rest[..<open]
            var depth = 0
            guard
                let close = rest[open...].firstIndex(where: { character in
                    if character == "{" { depth += 1 }
                    if character == "}" { depth -= 1 }
                    return depth == 0
                })
            else { throw refused() }
            var math = rest[rest.index(after: open)..<close]
            rest = rest[rest.index(after: close)...]
            var format = "yyyy.MM.dd"
            var zone = TimeZone.gmt
            if let inner = math.firstIndex(of: "{"), math.hasSuffix("}") {
                let parts = math[math.index(after: inner)...].dropLast().split(separator: "|", maxSplits: 1)
                format = parts.first.map(String.init) ?? format
                if parts.count == 2 {
                    guard let named = LogTime.zone(String(parts[1])) else { throw refused() }
                    zone = named
                }
                math = math[..<inner]
            }
            guard let time = LogTime.range(String(math), now: now, zone: zone) else { throw refused() }
            text += try DateFormat(format).text(time.start, zone)
        }
        return text + rest
    }
}
