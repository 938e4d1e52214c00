internal import Partitions

/// Why the state file could not be read or written.
package struct StateError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Hashable { case open, read, write }

    package let code: Code
    /// The file.
    package let path: String
    package let cause: String

    /// The error that stands for `error`, which ended what was done with the file.
    init(_ code: Code, path: String, _ error: any Error) {
        self.code = code
        self.path = path
        // The file and the mend are said here already.
        cause = (error as? StorageError)?.cause ?? "\(error)"
    }

    package var description: String {
        switch code {
        case .open: "cannot open the state file \(path): \(cause); check the directory's rights and free space"
        case .read: "cannot read the state file \(path): \(cause); restore it from a backup or remove it"
        case .write: "cannot write the state file \(path): \(cause); check the free space"
        }
    }
}
