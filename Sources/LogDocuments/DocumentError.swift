/// Why a text is no document.
package struct DocumentError: Error, Hashable, CustomStringConvertible {
    package enum Code: Sendable {
        case malformed
        case tooDeep
        case tooManyValues
    }

    package let code: Code
    /// Where, in bytes from 0.
    package let offset: Int
    package let reason: String

    package init(_ code: Code, at offset: Int, _ reason: String) {
        self.code = code
        self.offset = offset
        self.reason = reason
    }

    package var description: String { "\(reason) at byte \(offset)" }
}
