/// Why the state file could not be read or written.
public struct StateError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable, Hashable { case open, read, write }

    public let code: Code
    /// The file.
    public let path: String
    public let cause: String

    public var description: String {
        switch code {
        case .open: "cannot open the state file \(path): \(cause); check the directory's rights and free space"
        case .read: "cannot read the state file \(path): \(cause); restore it from a backup or remove it"
        case .write: "cannot write the state file \(path): \(cause); check the free space"
        }
    }
}
