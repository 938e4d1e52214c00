/// Why a template cannot be read or expanded, and where.
package struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The template's name.
    package let template: String
    /// Lines and columns (in characters) count from 1.
    package let line: Int
    package let column: Int
    package let reason: String

    package init(template: String, line: Int, column: Int, reason: String) {
        self.template = template
        self.line = line
        self.column = column
        self.reason = reason
    }

    /// Whether the template wrote more than any message may hold.
    package var isTooLong: Bool { reason == Self.tooLong }

    static let tooLong = "the template writes too much; its output is limited"

    package var description: String { "cannot expand template \(template):\(line):\(column): \(reason)" }
}

/// Why a function of a template failed; the executor adds the place.
package struct TemplateFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }

    package var description: String { reason }
}

/// A line and a column of a template's text, from 1.
struct TemplatePlace: Hashable, Sendable {
    var line = 1
    var column = 1

    func error(in template: String, _ reason: String) -> TemplateError {
        TemplateError(template: template, line: line, column: column, reason: reason)
    }
}
