internal import Base
internal import Foundation
package import Model

/// A credentials file that cannot be read.
package struct SecretUnreadable: Error, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package var description: String {
        "cannot read the credentials file \(path): \(reason); check that it exists and that this user may read it"
    }
}

extension Secret {
    private static let fileBytesMax = 1 << 20

    /// The credential itself; of a file, its content without the white space around it.
    package func read() throws(SecretUnreadable) -> String {
        switch self {
        case .inline(let text): return text
        case .file(let path):
            let bytes: [UInt8]
            do throws(RegularFileError) {
                bytes = try RegularFile.contents(path, atMost: Self.fileBytesMax)
            } catch {
                throw SecretUnreadable(path: path, reason: error.cause)
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw SecretUnreadable(path: path, reason: "it is not UTF-8")
            }
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
