/// Why the router refused what it was asked.
package struct AlertingError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The request is wrong (HTTP 400).
        case invalid
        /// It asks for more than a limit allows, which is named (HTTP 413).
        case tooLarge
        /// What it names does not exist (HTTP 404).
        case notFound
        /// The state file could not be written (HTTP 500).
        case storage
    }

    package let code: Code
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
