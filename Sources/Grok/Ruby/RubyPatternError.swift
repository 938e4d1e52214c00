/// Why a regular expression is refused; the text says where in it, and the mend.
package struct RubyPatternError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// It is no regular expression of Ruby.
        case syntax
        /// Ruby takes it, and this does not.
        case unsupported
        case tooLarge
    }

    package let code: Code
    /// The whole regular expression.
    package let pattern: String
    /// How many characters (Unicode scalars) of the pattern stand before what is wrong.
    package let offset: Int
    package let reason: String

    package init(_ code: Code, pattern: String, offset: Int, reason: String) {
        self.code = code
        self.pattern = pattern
        self.offset = offset
        self.reason = reason
    }

    package var description: String {
        "cannot read the regular expression \(excerpt): \(reason)"
    }

    /// The surroundings of the place, with a mark before it.
    private var excerpt: String {
        let scalars = Array(pattern.unicodeScalars)
        let place = min(max(0, offset), scalars.count)
        let before = max(0, place - 40)
        let after = min(scalars.count, place + 40)
        var text = before > 0 ? "/…" : "/"
        text.unicodeScalars.append(contentsOf: scalars[before..<place])
        text += "▸"
        text.unicodeScalars.append(contentsOf: scalars[place..<after])
        return text + (after < scalars.count ? "…/" : "/")
    }
}
