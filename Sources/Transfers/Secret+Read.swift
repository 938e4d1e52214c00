internal import Foundation
public import Model

/// A credentials file that cannot be read.
public struct SecretUnreadable: Error, Sendable, CustomStringConvertible {
    public let path: String
    public let reason: String

    public var description: String {
        "cannot read the credentials file \(path): \(reason); check that it exists and that this user may read it"
    }
}

extension Secret {
    /// The credential itself; of a file, its content without the white space around it.
    public func read() throws(SecretUnreadable) -> String {
        switch self {
        case .inline(let text): return text
        case .file(let path):
            do {
                return try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            } catch {
                throw SecretUnreadable(path: path, reason: (error as NSError).localizedDescription)
            }
        }
    }
}
