internal import Partitions

/// Why the state file could not be read or written.
public struct StateError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable, Hashable { case open, read, write }

    public let code: Code
    /// The file.
    public let path: String
    public let cause: String

    /// The error that stands for `error`, which ended what was done with the file.
    init(_ code: Code, path: String, _ error: any Error) {
        self.code = code
        self.path = path
        // The file and the mend are said here already.
        cause = (error as? StorageError)?.cause ?? "\(error)"
    }

    public var description: String {
        switch code {
        case .open: "cannot open the state file \(path): \(cause); check the directory's rights and free space"
        case .read: "cannot read the state file \(path): \(cause); restore it from a backup or remove it"
        case .write: "cannot write the state file \(path): \(cause); check the free space"
        }
    }
}
