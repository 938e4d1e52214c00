/// A grok pattern whose `%{NAME:field}` are replaced by what they stand for, and what replaced them by what that stands
/// for: a regular expression with groups called `NAME:field:type`.
struct GrokExpansion {
    /// Where a part of the regular expression comes from.
    struct Source {
        /// How many scalars of the regular expression stand before it.
        let start: Int
        /// The pattern's name; `nil`: the filter's own.
        let name: String?
        /// How many scalars stand before it there.
        let offset: Int
    }

    static let scalarsMax = 256 * 1_024
    static let replacementsMax = 10_000
    static let depthMax = 60

    private(set) var text = String.UnicodeScalarView()
    private(set) var sources: [Source] = []
    private var count = 0
    private var replacements = 0
    /// Patterns that are defined where they are used: `%{NAME:field=definition}`.
    private var own: [String: String] = [:]
    /// The patterns that the current place is within.
    private var path: [String] = []

    private let pattern: String
    private let library: GrokLibrary
    private let namedCapturesOnly: Bool

    static func expand(
        _ pattern: String, _ library: GrokLibrary, namedCapturesOnly: Bool
    ) throws(GrokError) -> GrokExpansion {
        var expansion = GrokExpansion(pattern: pattern, library: library, namedCapturesOnly: namedCapturesOnly)
        try expansion.append(pattern)
        return expansion
    }

    private init(pattern: String, library: GrokLibrary, namedCapturesOnly: Bool) {
        self.pattern = pattern
        self.library = library
        self.namedCapturesOnly = namedCapturesOnly
    }

    /// The pattern that `offset` scalars of the regular expression lead to, and the place in it.
    func source(of offset: Int) -> (name: String?, offset: Int) {
        guard let source = sources.last(where: { $0.start <= offset }) else { return (nil, 0) }
        return (source.name, source.offset + offset - source.start)
    }

    private mutating func append(_ definition: String) throws(GrokError) {
        let scalars = Array(definition.unicodeScalars)
        var at = 0
        note(at)
        while at < scalars.count {
            guard scalars[at] == "%", let reference = GrokReference(scalars, at) else {
                try write(CollectionOfOne(scalars[at]))
                at += 1
                continue
            }
            try append(reference, at: at)
            at = reference.end
            note(at)
        }
    }

    private mutating func append(_ reference: GrokReference, at offset: Int) throws(GrokError) {
        replacements += 1
        if replacements > Self.replacementsMax || path.count >= Self.depthMax {
            throw error(.tooLarge, at: offset, "it stands for too many patterns; use fewer")
        }
        if let definition = reference.definition { own[reference.name] = definition }
        guard let definition = own[reference.name] ?? library[reference.name] else {
            throw unknown(reference.name, at: offset)
        }
        if path.contains(reference.name) {
            let way = path + [reference.name]
            throw error(
                .recursion(way), at: offset,
                "\(way.map { "%{\($0)}" }.joined(separator: " → ")) stands within itself; take one of them out")
        }
        let group = reference.groupName(namedCapturesOnly: namedCapturesOnly)
        try write((group.map { "(?<\($0)>" } ?? "(?:").unicodeScalars)
        path.append(reference.name)
        try append(definition)
        path.removeLast()
        try write(CollectionOfOne(")"))
    }

    private mutating func note(_ offset: Int) {
        sources.append(Source(start: count, name: path.last, offset: offset))
    }

    private mutating func write(_ scalars: some Sequence<Unicode.Scalar>) throws(GrokError) {
        for scalar in scalars {
            text.append(scalar)
            count += 1
        }
        if count > Self.scalarsMax {
            throw error(
                .tooLarge, at: 0,
                "it stands for more than \(Self.scalarsMax) characters of regular expression; "
                    + "use fewer patterns")
        }
    }

    private func unknown(_ name: String, at offset: Int) -> GrokError {
        let nearest = library.nearest(to: name, and: own.keys)
        let hint =
            nearest.isEmpty
            ? "define it in pattern_definitions or in a file of patterns_dir"
            : "the nearest \(nearest.count == 1 ? "is" : "are") \(nearest.joined(separator: ", "))"
        return error(
            .unknownPattern(name: name, nearest: nearest), at: offset, "there is no pattern %{\(name)}; \(hint)")
    }

    private func error(_ code: GrokError.Code, at offset: Int, _ reason: String) -> GrokError {
        GrokError(
            code: code, pattern: pattern, offset: path.isEmpty ? offset : nil,
            reason: path.last.map { "in %{\($0)}: \(reason)" } ?? reason)
    }
}

/// `%{NAME}`, `%{NAME:field}`, `%{NAME:field:type}`, each with a definition after `=`, if there is one.
struct GrokReference {
    private(set) var name = ""
    private(set) var field: String?
    private(set) var definition: String?
    /// What follows it.
    private(set) var end: Int

    /// `nil` where the percent sign begins nothing of the kind.
    init?(_ scalars: [Unicode.Scalar], _ start: Int) {
        end = start + 2
        guard end < scalars.count, scalars[start + 1] == "{" else { return nil }
        func take(_ isPart: (Unicode.Scalar) -> Bool) -> String {
            var taken = String.UnicodeScalarView()
            while end < scalars.count, isPart(scalars[end]) {
                taken.append(scalars[end])
                end += 1
            }
            return String(taken)
        }
        name = take { $0 != ":" && $0 != "=" && $0 != "}" && $0 != "{" && !$0.properties.isWhitespace }
        guard !name.isEmpty, end < scalars.count else { return nil }
        if scalars[end] == ":" {
            let colon = end
            end += 1
            let taken = take { $0.isFieldPart }
            if taken.isEmpty { end = colon } else { field = taken }
        }
        if end < scalars.count, scalars[end] == "=" {
            end += 1
            guard let text = Self.definition(scalars, &end) else { return nil }
            definition = text
        }
        // As Logstash has it, what is no part of a field's name is passed over up to the brace.
        _ = take { $0 != "}" }
        guard end < scalars.count else { return nil }
        end += 1
    }

    /// Up to the brace that closes the reference: braces within come in pairs, or with a backslash.
    private static func definition(_ scalars: [Unicode.Scalar], _ at: inout Int) -> String? {
        var text = String.UnicodeScalarView()
        var depth = 0
        while at < scalars.count {
            switch scalars[at] {
            case "\\" where at + 1 < scalars.count:
                text.append(scalars[at])
                at += 1
            case "{": depth += 1
            case "}":
                if depth == 0 { return text.isEmpty ? nil : String(text) }
                depth -= 1
            default: break
            }
            text.append(scalars[at])
            at += 1
        }
        return nil
    }

    /// What the group for it is called; `nil` where it takes nothing.
    func groupName(namedCapturesOnly: Bool) -> String? {
        if let field { return "\(name):\(field)" }
        return namedCapturesOnly ? nil : name
    }
}

extension Unicode.Scalar {
    /// Letters, digits and `_ - . : @ [ ]`; and what stands between Z and a, as Logstash has it.
    fileprivate var isFieldPart: Bool {
        switch self {
        case "0"..."9", "A"..."z", "@", ".", ":", "-": true
        default: false
        }
    }
}
