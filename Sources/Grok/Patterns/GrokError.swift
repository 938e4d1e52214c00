/// Why a grok pattern, or a file of patterns, is refused; the text says what is wrong, where, and the mend.
package struct GrokError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// No pattern has this name.
        case unknownPattern(name: String, nearest: [String])
        /// A pattern stands within itself; by way of these.
        case recursion([String])
        case tooLarge
        case regularExpression(RubyPatternError.Code)
        /// A file of patterns that cannot be read, or a line in it that is none.
        case file
    }

    package let code: Code
    /// The grok pattern, as it is written in the filter; of a file its path.
    package let pattern: String
    /// How many characters (Unicode scalars) of the pattern stand before what is wrong; `nil` where that is in another.
    package let offset: Int?
    /// What is wrong, and where, if that is in another pattern than the filter's.
    package let reason: String

    package var description: String {
        if case .file = code { return "cannot read the patterns of \(pattern): \(reason)" }
        return "cannot use the grok pattern \"\(pattern)\": \(reason)"
    }
}
