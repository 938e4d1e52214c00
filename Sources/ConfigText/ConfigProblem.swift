/// A place in a configuration file. Lines and columns count from 1.
public struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
    public let file: String
    public let line: Int
    public let column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public var description: String { "\(file):\(line):\(column)" }
}

/// A value and the place where it stands, for checks that a later floor makes (expressions, templates).
public struct Located<Value: Sendable & Hashable>: Sendable, Hashable {
    public let value: Value
    public let position: SourcePosition

    public init(_ value: Value, at position: SourcePosition) {
        self.value = value
        self.position = position
    }
}

/// Something in a configuration file that a person should know: what is wrong, where, and the mend.
public struct ConfigProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Severity: String, Sendable, Hashable {
        case error, warning
    }

    public let severity: Severity
    public let position: SourcePosition
    /// What is wrong; without credentials.
    public let what: String
    /// What to do about it.
    public let mend: String
    /// Of an error: whether it stops a drawing or a log input alone, and not the start of the server.
    public let isPartial: Bool

    public init(
        _ severity: Severity, at position: SourcePosition, _ what: String, mend: String, isPartial: Bool = false
    ) {
        self.isPartial = isPartial
        self.severity = severity
        self.position = position
        self.what = what
        self.mend = mend
    }

    /// `file:line:column: error: what is wrong; the mend`.
    public var description: String {
        "\(position): \(severity.rawValue): \(what)" + (mend.isEmpty ? "" : "; \(mend)")
    }
}

/// Why a configuration was refused: every error that was found, not only the first.
public struct ConfigRefused: Error, Sendable, CustomStringConvertible {
    public let problems: [ConfigProblem]

    public init(problems: [ConfigProblem]) { self.problems = problems }

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
