import Model

/// `dissect`: takes a text apart at the signs that stand between its parts, `%{ip} - %{user} [%{time}]`.
package struct Dissector: Sendable {
    enum Trim: String, Sendable, CaseIterable { case none, left, right, all }

    var field = "message"
    var prefix = "dissect"
    var ignoresFailure = false
    var overwritesKeys = false
    var trim = Trim.none
    var trimmed = " "
    private let lead: [UInt8]
    private let keys: [Key]

    /// A part of the text, up to the signs behind it.
    private struct Key: Sendable {
        enum Role: Sendable { case plain, append, skip, name, valueOf }

        var name: String
        var role = Role.plain
        var order = 0
        /// Whether the signs behind may stand several times.
        var isPadded = false
        var length: Int?
        var kind: ValueConversion.Kind?
        /// The signs before it, which join what is appended.
        var before = ""
        var delimiter: [UInt8] = []
    }

    /// - Throws: what is wrong with the pattern.
    init(_ tokenizer: String) throws(TokenizerError) {
        var keys: [Key] = []
        var rest = Substring(tokenizer)
        guard let first = rest.firstRange(of: "%{") else { throw TokenizerError(reason: "it has no %{key}") }
        lead = Array(rest[..<first.lowerBound].utf8)
        var before = String(rest[..<first.lowerBound])
        while let open = rest.firstRange(of: "%{") {
            guard let close = rest[open.upperBound...].firstIndex(of: "}") else {
                throw TokenizerError(reason: "a %{ has no }")
            }
            var key = try Dissector.key(rest[open.upperBound..<close])
            rest = rest[rest.index(after: close)...]
            let delimiter = rest.firstRange(of: "%{").map { rest[..<$0.lowerBound] } ?? rest
            key.before = before
            key.delimiter = Array(delimiter.utf8)
            before = String(delimiter)
            keys.append(key)
            if delimiter.isEmpty, !rest.isEmpty, key.length == nil {
                throw TokenizerError(reason: "nothing stands between two keys")
            }
        }
        for key in keys where key.role == .valueOf {
            guard keys.contains(where: { $0.role == .name && $0.name == key.name }) else {
                throw TokenizerError(reason: "%{&\(key.name)} has no %{*\(key.name)}")
            }
        }
        self.keys = keys
    }

    struct TokenizerError: Error { let reason: String }

    private static func key(_ text: Substring) throws(TokenizerError) -> Key {
        var text = text
        var key = Key(name: "")
        if text.hasSuffix("->") {
            key.isPadded = true
            text.removeLast(2)
        }
        if let bar = text.firstIndex(of: "|") {
            let name = String(text[text.index(after: bar)...])
            guard let kind = ValueConversion.Kind(rawValue: name) else {
                throw TokenizerError(reason: "there is no type \(name)")
            }
            key.kind = kind
            text = text[..<bar]
        }
        if let hash = text.firstIndex(of: "#") {
            guard let length = Int(text[text.index(after: hash)...]), length > 0 else {
                throw TokenizerError(reason: "a length is no number")
            }
            key.length = length
            text = text[..<hash]
        }
        switch text.first {
        case "+": key.role = .append
        case "?", nil: key.role = .skip
        case "*": key.role = .name
        case "&": key.role = .valueOf
        default: break
        }
        if key.role != .plain { text = text.dropFirst() }
        if key.role == .append, let slash = text.lastIndex(of: "/"), let order = Int(text[text.index(after: slash)...])
        {
            key.order = order
            text = text[..<slash]
        }
        key.name = String(text)
        return key
    }

    func apply(to draft: inout EventDraft) {
        guard case .string(let text)? = draft.event.fields[field] else { return fail(&draft) }
        guard let values = values(of: text) else { return fail(&draft) }
        let named = values.map { (prefix.isEmpty ? $0.0 : "\(prefix).\($0.0)", $0.1) }
        if !overwritesKeys, named.contains(where: { draft.has($0.0) }) { return fail(&draft) }
        for (name, value) in named { draft.event.fields[name] = value }
    }

    private func fail(_ draft: inout EventDraft) {
        if ignoresFailure { return }
        var flags: [LogValue] = []
        if case .array(let present)? = draft.event.fields["log.flags"] { flags = present }
        draft.event.fields["log.flags"] = .array(flags + [.string("dissect_parsing_error")])
    }

    /// The parts of a text; `nil` where it is of another kind.
    func values(of text: String) -> [(String, LogValue)]? {
        let bytes = Array(text.utf8)
        guard bytes.starts(with: lead) else { return nil }
        var position = lead.count
        var found: [(key: Key, text: String)] = []
        for key in keys {
            var end = bytes.count
            if let length = key.length {
                guard position + length <= bytes.count else { return nil }
                end = position + length
                guard key.delimiter.isEmpty || bytes[end...].starts(with: key.delimiter) else { return nil }
            } else if !key.delimiter.isEmpty {
                guard let next = Dissector.first(key.delimiter, in: bytes, from: position) else { return nil }
                end = next
            }
            found.append((key, trimmed(String(decoding: bytes[position..<end], as: UTF8.self))))
            position = end + (end < bytes.count ? key.delimiter.count : 0)
            if key.isPadded, !key.delimiter.isEmpty {
                while bytes[min(position, bytes.count)...].starts(with: key.delimiter) {
                    position += key.delimiter.count
                }
            }
            position = min(position, bytes.count)
        }
        return Dissector.fields(found)
    }

    private static func first(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + wanted.count <= bytes.count {
            if bytes[index] == wanted[0], bytes[index...].starts(with: wanted) { return index }
            index += 1
        }
        return nil
    }

    private func trimmed(_ text: String) -> String {
        if trim == .none { return text }
        var text = Substring(text)
        if trim != .right { text = text.drop { trimmed.contains($0) } }
        if trim != .left { while let last = text.last, trimmed.contains(last) { text.removeLast() } }
        return String(text)
    }

    private static func fields(_ found: [(key: Key, text: String)]) -> [(String, LogValue)]? {
        var fields: [(String, LogValue)] = []
        var names: [String: String] = [:]
        for (key, text) in found where key.role == .name { names[key.name] = text }
        let appended = found.filter { $0.key.role == .append }.map(\.key.name)
        for (key, text) in found where key.role == .plain && !appended.contains(key.name) {
            guard let kind = key.kind else {
                fields.append((key.name, .string(text)))
                continue
            }
            guard let value = ValueConversion.convert(.string(text), to: kind) else { return nil }
            fields.append((key.name, value))
        }
        for (key, text) in found where key.role == .valueOf {
            if let name = names[key.name] { fields.append((name, .string(text))) }
        }
        var done: Set<String> = []
        for name in appended where done.insert(name).inserted {
            let parts = found.filter { $0.key.name == name && ($0.key.role == .append || $0.key.role == .plain) }
                .enumerated().sorted { ($0.element.key.order, $0.offset) < ($1.element.key.order, $1.offset) }
                .map(\.element)
            let usual = parts.map(\.key.before).first { !$0.isEmpty } ?? ""
            var joined = parts.first?.text ?? ""
            for part in parts.dropFirst() { joined += (part.key.before.isEmpty ? usual : part.key.before) + part.text }
            fields.append((name, .string(joined)))
        }
        return fields
    }
}
