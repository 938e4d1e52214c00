/// A query that cannot be understood: where, why, and the mend.
public struct LogQueryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where in the query's text, in characters from 0.
    public let offset: Int
    /// What is wrong.
    public let message: String
    /// What to write instead.
    public let mend: String

    public init(offset: Int, message: String, mend: String) {
        self.offset = offset
        self.message = message
        self.mend = mend
    }

    public var description: String { "cannot read the query at character \(offset + 1): \(message); \(mend)" }
}
