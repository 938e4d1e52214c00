import Base

/// What stands at the beginning of a file of journald, as far as it is looked at. See systemd's
/// [JOURNAL_FILE_FORMAT](https://systemd.io/JOURNAL_FILE_FORMAT).
struct JournalHeader: Equatable {
    /// The bytes that every version has.
    static let bytes = 208
    private static let signature = Array("LPKSHHRH".utf8)
    /// `incompatible_flags`: xz, lz4, keyed hashes, zstd, compact.
    private static let knownFlags: UInt32 = 0b11111
    private static let compactFlag: UInt32 = 0b10000
    private static let onlineState: UInt8 = 1
    private static let archivedState: UInt8 = 2

    /// Which file it is: it stays the same when the file is renamed.
    let fileID: String
    /// Whether journald writes to it, or did when it ended in disorder.
    let isOnline: Bool
    /// Whether nothing more comes. What is neither rests, as journald has had nothing to write for some minutes.
    let isArchived: Bool
    /// Whether offsets have four bytes and not eight.
    let isCompact: Bool
    /// How many bytes the header has: the first object stands behind it.
    let size: Int
    let entryCount: Int
    /// Where the first array of entries is; 0 where there is none.
    let entryArray: Int
    /// When the first and the last entry were written, in microseconds since the Unix epoch.
    let firstTime: UInt64
    let lastTime: UInt64

    /// - Returns: `nil` for a file that is just being made.
    init?(_ bytes: [UInt8]) throws(JournalDamage) {
        if bytes.count < Self.bytes || bytes.prefix(8).allSatisfy({ $0 == 0 }) { return nil }
        guard bytes.starts(with: Self.signature) else { throw .header("it is no file of journald") }
        let flags = UInt32(truncatingIfNeeded: bytes.number(at: 12, bytes: 4))
        guard flags & ~Self.knownFlags == 0 else {
            throw .header("it has features that are not known here (\(Hexadecimal.padded(UInt64(flags))))")
        }
        isOnline = bytes[16] == Self.onlineState
        isArchived = bytes[16] == Self.archivedState
        isCompact = flags & Self.compactFlag != 0
        fileID = bytes.identity(at: 24)
        guard let size = Int(exactly: bytes.number(at: 88)), size >= Self.bytes, size <= 1 << 20,
            let entryCount = Int(exactly: bytes.number(at: 152)), let entryArray = Int(exactly: bytes.number(at: 176))
        else { throw .header("its header is damaged") }
        self.size = size
        self.entryCount = entryCount
        self.entryArray = entryArray
        firstTime = bytes.number(at: 184)
        lastTime = bytes.number(at: 192)
    }
}

/// What is wrong with a part of a journal.
enum JournalDamage: Error, Hashable {
    /// Nothing of the file is read, and why.
    case header(String)
    /// No further entry can be found.
    case chain
    /// An entry, or a field of one.
    case object
    /// A field is compressed in a way that is not read here.
    case compression
    /// A field is longer than what is taken.
    case length
    /// The file was deleted before it was read.
    case deleted
}

extension [UInt8] {
    /// A number of up to eight bytes, least significant first; the caller knows that they are there.
    func number(at offset: Int, bytes: Int = 8) -> UInt64 {
        var value: UInt64 = 0
        for place in (0..<bytes).reversed() { value = value << 8 | UInt64(self[offset + place]) }
        return value
    }

    /// An identity of 16 bytes as people write it.
    func identity(at offset: Int) -> String {
        Hexadecimal.padded(bigEndian(at: offset)) + Hexadecimal.padded(bigEndian(at: offset + 8))
    }

    private func bigEndian(at offset: Int) -> UInt64 {
        self[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
