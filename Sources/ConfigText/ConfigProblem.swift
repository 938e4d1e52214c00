/// A place in a configuration file. Lines and columns count from 1.
package struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}

/// A value and the place where it stands, for checks that a later floor makes (expressions, templates).
package struct Located<Value: Sendable & Hashable>: Sendable, Hashable {
    package let value: Value
    package let position: SourcePosition

    package init(_ value: Value, at position: SourcePosition) {
        self.value = value
        self.position = position
    }
}

/// Something in a configuration file that a person should know: what is wrong, where, and the mend.
package struct ConfigProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Severity: String, Sendable, Hashable {
        case error, warning
    }

    package let severity: Severity
    package let position: SourcePosition
    /// What is wrong; without credentials.
    package let what: String
    /// What to do about it.
    package let mend: String
    /// Of an error: whether it stops a drawing or a log input alone, and not the start of the server.
    package let isPartial: Bool

    package init(
        _ severity: Severity, at position: SourcePosition, _ what: String, mend: String, isPartial: Bool = false
    ) {
        self.isPartial = isPartial
        self.severity = severity
        self.position = position
        self.what = what
        self.mend = mend
    }

    /// `file:line:column: error: what is wrong; the mend`.
    package var description: String {
        "\(position): \(severity.rawValue): \(what)" + (mend.isEmpty ? "" : "; \(mend)")
    }
}

/// Why a configuration was refused: every error that was found, not only the first.
package struct ConfigRefused: Error, Sendable, CustomStringConvertible {
    package let problems: [ConfigProblem]

    package init(problems: [ConfigProblem]) { self.problems = problems }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
