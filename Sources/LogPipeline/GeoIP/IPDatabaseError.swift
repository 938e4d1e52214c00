/// What is wrong with a database of addresses.
package struct IPDatabaseError: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    /// Where in the file, in bytes from its beginning.
    package let offset: Int?
    package let cause: String

    package var description: String {
        "cannot read address database \(path)\(offset.map { " at byte \($0)" } ?? ""): \(cause)"
    }
}
