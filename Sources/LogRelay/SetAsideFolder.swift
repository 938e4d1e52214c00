internal import Base
internal import Partitions

/// What no server takes, a file each: the compressed rows as they were to be sent.
struct SetAsideFolder: Sendable {
    let path: String

    /// Files beyond it stay where they are, and sending waits for a person.
    private static let filesMax = 1_000
    private static let bytesMax: Int64 = 256 << 20

    /// Writes a file, named after what is in it: the same is never there twice.
    /// - Throws: ``SetAsideFailed``.
    func keep(_ bytes: [UInt8], because reason: String) throws {
        try FileSystem.makeDirectory(path)
        let names = try FileSystem.names(in: path)
        let used = names.reduce(Int64(0)) { $0 + FileSystem.size(of: "\(path)/\($1)") }
        let checksum = bytes.withUnsafeBytes { ByteHash.hash($0, seed: 0) }
        let name = Hexadecimal.padded(checksum) + ".zst"
        if names.contains(name) { return }
        if names.count >= Self.filesMax || used + Int64(bytes.count) > Self.bytesMax {
            throw SetAsideFailed(
                description:
                    "cannot put logs aside (\(reason)): \(path) holds \(names.count) files of \(used) bytes; look at "
                    + "them and move them away")
        }
        guard PrivateFile.replace("\(path)/\(name)", with: bytes) else {
            throw SetAsideFailed(
                description:
                    "cannot put logs aside (\(reason)): cannot write \(path)/\(name); check its rights and free space")
        }
    }
}

/// What no server takes could not be written down.
struct SetAsideFailed: Error, Sendable, CustomStringConvertible {
    let description: String
}
