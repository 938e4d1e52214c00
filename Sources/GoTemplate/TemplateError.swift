/// Why a template cannot be read or expanded, and where.
public struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The template's name.
    public let template: String
    /// Lines and columns (in characters) count from 1.
    public let line: Int
    public let column: Int
    public let reason: String

    public init(template: String, line: Int, column: Int, reason: String) {
        self.template = template
        self.line = line
        self.column = column
        self.reason = reason
    }

    /// Whether the template wrote more than any message may hold.
    public var isTooLong: Bool { reason == Self.tooLong }

    static let tooLong = "the template writes too much; its output is limited"

    public var description: String { "cannot expand template \(template):\(line):\(column): \(reason)" }
}

/// Why a function of a template failed; the executor adds the place.
public struct TemplateFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }

    public var description: String { reason }
}

/// A line and a column of a template's text, from 1.
struct TemplatePlace: Hashable, Sendable {
    var line = 1
    var column = 1

    func error(in template: String, _ reason: String) -> TemplateError {
        TemplateError(template: template, line: line, column: column, reason: reason)
    }
}
