internal import Foundation
internal import HTTPKit
internal import HTTPTypes
internal import Hummingbird
internal import LogDocuments
internal import Model

/// What a request asks for, each parameter read as Jaeger reads it.
struct JaegerParameters: Sendable {
    private let fields: FormFields
    /// What stands in the path: the service, the trace, the kind of metrics.
    private let segments: [String: String]

    /// Conditions on attributes that one question may have.
    private static let tagsMax = 100

    init(_ request: Request, _ context: AppRequestContext) {
        var segments: [String: String] = [:]
        for name in ["service", "id", "kind"] {
            if let text = context.parameters.get(name) { segments[name] = text.removingPercentEncoding ?? text }
        }
        self.init(request.uri.query ?? "", segments: segments)
    }

    init(_ query: String, segments: [String: String] = [:]) {
        fields = FormFields(query)
        self.segments = segments
    }

    func segment(_ name: String) -> String { segments[name] ?? "" }

    /// The first value of a name, or of others that it has had; `nil` where nothing is written.
    func text(_ names: String...) -> String? { text(names) }

    private func text(_ names: [String]) -> String? {
        names.lazy.compactMap { fields[$0] }.first { !$0.isEmpty }
    }

    func all(_ name: String) -> [String] { fields.all(name).filter { !$0.isEmpty } }

    // MARK: Times

    /// A time in nanoseconds, which stands there in units of so many.
    func time(_ name: String, unit: Int64) throws -> Int64? {
        guard let text = text(name) else { return nil }
        let (nanoseconds, isOver) = (Int64(text) ?? .min).multipliedReportingOverflow(by: unit)
        guard Int64(text) != nil, !isOver else {
            throw JaegerError.bad(
                name, text,
                "not a time: write \(unit == 1_000 ? "micro" : "milli")seconds since 1970 as a whole number")
        }
        return nanoseconds
    }

    /// Milliseconds above zero.
    func milliseconds(_ name: String, or standard: Int64) throws -> Int64 {
        guard let text = text(name) else { return standard }
        let milliseconds = Int64(text) ?? GoDuration.nanoseconds(text).map { $0 / 1_000_000 }
        guard let milliseconds, milliseconds > 0 else {
            throw JaegerError.bad(name, text, "not a length of time: write milliseconds as a whole number above zero")
        }
        return milliseconds
    }

    /// A length of time in nanoseconds.
    func duration(_ names: String...) throws -> Int64? {
        guard let text = text(names) else { return nil }
        guard let nanoseconds = GoDuration.nanoseconds(text) else {
            throw JaegerError.bad(names[0], text, "not a length of time: write one such as 1.5ms, 200us or 1m30s")
        }
        return nanoseconds
    }

    /// A time of RFC 3339 in nanoseconds.
    func moment(_ names: String...) throws -> Int64? {
        guard let text = text(names) else { return nil }
        guard let nanoseconds = RFC3339.nanoseconds(text) else {
            throw JaegerError.bad(names[0], text, "not a time: write one such as 2026-11-28T12:00:00.5Z")
        }
        return nanoseconds
    }

    // MARK: Numbers and words

    /// - Parameter least: the smallest that is taken.
    func whole(_ names: String..., least: Int) throws -> Int? {
        guard let text = text(names) else { return nil }
        guard let number = Int(text), number >= least else {
            throw JaegerError.bad(names[0], text, "not a whole number from \(least) on")
        }
        return number
    }

    func flag(_ names: String...) throws -> Bool {
        switch text(names)?.lowercased() {
        case nil, "0", "f", "false": return false
        case "1", "t", "true": return true
        case let other?: throw JaegerError.bad(names[0], other, "neither true nor false")
        }
    }

    func spanKind(_ names: String...) throws -> Span.Kind? {
        guard let text = text(names) else { return nil }
        return try Self.spanKind(names[0], text)
    }

    static func spanKind(_ name: String, _ text: String) throws -> Span.Kind {
        let word = text.lowercased().replacing("span_kind_", with: "")
        if word == "unspecified" { return .unspecified }
        if let kind = Span.Kind.allCases.first(where: { $0.name == word }) { return kind }
        throw JaegerError.bad(
            name, text, "no kind of span: write one of unspecified, internal, server, client, producer, consumer")
    }

    func traceID(_ text: String) throws -> TraceID {
        guard let id = TraceID(text) ?? TraceID(base64: text), !id.isZero else {
            throw JaegerError(
                .badRequest,
                "invalid trace id \"\(text.prefix(80))\": write up to 32 hexadecimal digits, not all of them zero")
        }
        return id
    }

    // MARK: Tags

    /// `tag=key:value`, as often as wanted.
    func tags() throws -> [(key: String, value: String)] {
        try all("tag").map { text in
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw JaegerError.bad("tag", text, "not a tag: write key:value")
            }
            return (String(parts[0]), String(parts[1]))
        }
    }

    /// An object of texts; numbers, `true` and `false` are taken too.
    func tagObjects(_ names: String...) throws -> [(key: String, value: String)] {
        var tags: [(key: String, value: String)] = []
        for text in names.flatMap(all) {
            guard let value = try? DocumentReader.value(text, .init(depth: 4, values: 4 * Self.tagsMax)),
                case .object(let object) = value
            else { throw JaegerError.bad(names[0], text, #"not an object: write {"key":"value"}"#) }
            for member in object.members {
                switch member.value {
                case .string(let text): tags.append((member.name, text))
                case .boolean, .integer, .number: tags.append((member.name, member.value.json))
                default:
                    throw JaegerError(
                        .badRequest,
                        "invalid parameter \"\(names[0])\": the value of \"\(member.name.prefix(80))\" is not a text")
                }
            }
        }
        return tags
    }

    /// The conditions that tags are.
    static func conditions(of tags: [(key: String, value: String)]) throws -> [SpanQuery.Condition] {
        guard tags.count <= tagsMax else {
            throw JaegerError(.badRequest, "there are more than \(tagsMax) tags; leave some out")
        }
        return tags.map { SpanQuery.Condition(tag: $0.key, $0.value) }
    }
}

extension TraceID {
    /// Sixteen bytes in base64 of either alphabet, with or without its padding.
    fileprivate init?(base64 text: String) {
        guard text.utf8.count == 22 || text.utf8.count == 24 && text.hasSuffix("==") else { return nil }
        let plain = text.prefix(22).replacing("-", with: "+").replacing("_", with: "/")
        guard let data = Data(base64Encoded: plain + "==") else { return nil }
        guard let id = data.withUnsafeBytes({ TraceID(bytes: $0) }) else { return nil }
        self = id
    }
}
