import Codecs
import Foundation

/// Writes journals as journald lays them out: objects behind a header, entries listed in a chain of arrays. And, where a
/// test wants it, as journald never would.
struct JournalWriter {
    enum Packing: UInt8 { case plain = 0, xz = 1, lz4 = 2, unknown = 3, zstd = 4 }

    struct Array {
        let offset: Int
        let capacity: Int
        var count = 0
    }

    private(set) var bytes: [UInt8]
    private let isCompact: Bool
    private var entryCount = 0
    private(set) var arrays: [Array] = []
    private(set) var entryOffsets: [Int] = []
    private var data: [String: Int] = [:]

    static let firstTime: UInt64 = 1_764_300_000_000_000

    /// - Parameter identity: of the file; two of one identity are copies.
    init(_ identity: UInt8, isCompact: Bool = true, isOnline: Bool = true) {
        self.isCompact = isCompact
        bytes = [UInt8]("LPKSHHRH".utf8) + [UInt8](repeating: 0, count: 256 - 8)
        put(isCompact ? 0b11100 : 0b01110, at: 12, bytes: 4)
        bytes[16] = isOnline ? 1 : 2
        for place in 24..<40 { bytes[place] = identity }
        put(256, at: 88)
    }

    mutating func put(_ number: UInt64, at offset: Int, bytes count: Int = 8) {
        for place in 0..<count { bytes[offset + place] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(place))) }
    }

    private mutating func object(_ kind: UInt8, _ flags: UInt8 = 0, _ payload: [UInt8]) -> Int {
        bytes += [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
        let offset = bytes.count
        bytes += [kind, flags, 0, 0, 0, 0, 0, 0] + Self.number(UInt64(payload.count + 16)) + payload
        return offset
    }

    private static func number(_ value: UInt64, bytes: Int = 8) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }

    private mutating func field(_ text: [UInt8], _ packing: Packing) -> Int {
        let packed: [UInt8]
        switch packing {
        case .plain, .unknown: packed = text
        case .xz: packed = Self.stream(text)
        case .zstd: packed = Zstd().compress(text)
        case .lz4:
            // Literals alone.
            let length =
                text.count < 15
                ? [] : [UInt8](repeating: 255, count: (text.count - 15) / 255) + [UInt8((text.count - 15) % 255)]
            packed = Self.number(UInt64(text.count)) + [UInt8(min(15, text.count)) << 4] + length + text
        }
        return object(1, packing.rawValue, [UInt8](repeating: 0, count: isCompact ? 56 : 48) + packed)
    }

    /// A stream of xz that has its bytes as they are.
    private static func stream(_ text: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [
            0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0x21, 1, 0x16, 0, 0, 0, 0, 0, 0, 0,
        ]
        for start in stride(from: 0, to: text.count, by: 65_536) {
            let part = text[start..<min(text.count, start + 65_536)]
            stream += [start == 0 ? 1 : 2, UInt8((part.count - 1) >> 8), UInt8((part.count - 1) & 255)] + part
        }
        return stream + [0]
    }

    /// Adds an entry.
    /// - Parameter second: after ``firstTime``.
    mutating func add(
        _ fields: [(String, String)], second: Double = 0, boot: UInt8 = 7, packing: Packing = .plain
    ) {
        add(raw: fields.map { [UInt8]("\($0)=\($1)".utf8) }, second: second, boot: boot, packing: packing)
    }

    mutating func add(raw fields: [[UInt8]], second: Double = 0, boot: UInt8 = 7, packing: Packing = .plain) {
        let offsets = fields.map { text -> Int in
            let key = "\(packing) " + String(decoding: text, as: UTF8.self)
            if let known = data[key] { return known }
            let offset = field(text, packing)
            data[key] = offset
            return offset
        }
        let time = Self.firstTime + UInt64(second * 1e6)
        var payload = Self.number(UInt64(entryCount + 1)) + Self.number(time) + Self.number(UInt64(second * 1e6))
        payload += [UInt8](repeating: boot, count: 16) + Self.number(0)
        for offset in offsets {
            payload += Self.number(UInt64(offset), bytes: isCompact ? 4 : 8) + (isCompact ? [] : Self.number(0))
        }
        let entry = object(3, 0, payload)
        entryOffsets.append(entry)
        list(entry)
        entryCount += 1
        if entryCount == 1 { put(time, at: 184) }
        put(time, at: 192)
        put(UInt64(entryCount), at: 152)
    }

    private mutating func list(_ entry: Int) {
        let itemBytes = isCompact ? 4 : 8
        if arrays.last.map({ $0.count == $0.capacity }) ?? true {
            let capacity = (arrays.last?.capacity ?? 2) * 2
            let offset = object(6, 0, [UInt8](repeating: 0, count: 8 + capacity * itemBytes))
            if let last = arrays.last {
                put(UInt64(offset), at: last.offset + 16)
            } else {
                put(UInt64(offset), at: 176)
            }
            arrays.append(Array(offset: offset, capacity: capacity))
        }
        let array = arrays[arrays.count - 1]
        put(UInt64(entry), at: array.offset + 24 + array.count * itemBytes, bytes: itemBytes)
        arrays[arrays.count - 1].count += 1
    }

    /// Says that nothing more comes, as journald does when it begins another file.
    mutating func archive() { bytes[16] = 2 }

    /// Says that nothing comes at present, as journald does after some minutes without an entry.
    mutating func rest() { bytes[16] = 0 }

    /// Writes what there is, the header last, as journald does: nobody sees a file without its end.
    func write(to path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seek(toOffset: 256)
        try file.write(contentsOf: Data(bytes[256...]))
        try file.seek(toOffset: 0)
        try file.write(contentsOf: Data(bytes[..<256]))
    }
}
