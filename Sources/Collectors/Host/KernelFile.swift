internal import Base

/// What the kernel tells in files, as those of `/proc`.
enum KernelFile {
    private static let bytesMax = 16 << 20

    /// Empty where the file cannot be read.
    static func bytes(_ path: String) -> [UInt8] { (try? RegularFile.contents(path, atMost: bytesMax)) ?? [] }

    static func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }
}
