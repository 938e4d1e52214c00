/// The FNV-1a hash of 64 bits (https://datatracker.ietf.org/doc/html/draft-eastlake-fnv): the same in every run, and what
/// Alertmanager names its alerts by. Whoever chooses the bytes can make two hashes alike.
public struct FNV1a: Hashable, Sendable {
    @usableFromInline var state: UInt64

    /// The hash of what was added.
    @inlinable
    public var value: UInt64 { state }

    /// - Parameter value: the hash of what was added before.
    @inlinable
    public init(_ value: UInt64 = 0xcbf2_9ce4_8422_2325) { state = value }

    /// By what each byte multiplies the state.
    public static let factor: UInt64 = 0x0000_0100_0000_01b3

    @inlinable
    public mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

    /// The hash of a text's UTF-8 bytes.
    public static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(into: FNV1a()) { $0.add($1) }.value
    }
}
