internal import Base
import Codecs

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file of journald, read one entry after the other while journald may write to it.
///
/// Of a file nothing is believed: each offset, size and count is compared with what the file has, chains lead forwards
/// only, and what an entry may have in fields and bytes is bounded. It is read and not mapped into memory, as a file that
/// is cut meanwhile would end the process.
final class JournalFile {
    struct Limits {
        /// Of the field `MESSAGE`, as `max_bytes` of an input.
        var messageBytes = 10 << 20
        /// Of every other field.
        var fieldBytes = 64 << 10
        /// Of all fields of an entry together, with what is left out of them.
        var entryBytes = 24 << 20
        /// As journald has it itself.
        var fields = 1_024
        /// Of a field that is compressed.
        var unpackedBytes = 32 << 20
    }

    let path: String
    private(set) var header: JournalHeader
    private let descriptor: Int32
    private let limits: Limits
    private var fileBytes = 0
    private var pages: [Int: [UInt8]] = [:]
    private var array: EntryArray?
    /// Fields by their offsets: most entries have the same ones.
    private var known: [Int: JournalEntry.Field] = [:]
    private let zstd: Zstd
    /// What was read or unpacked for the fields of the present entry.
    private var fieldBytesRead = 0

    /// Where entries `first...` are listed.
    private struct EntryArray {
        let offset: Int
        let first: Int
        let capacity: Int
        let next: Int
    }

    private struct Object {
        let offset: Int
        let size: Int
        let flags: UInt8
    }

    private enum Kind: UInt8 { case data = 1, entry = 3, entryArray = 6 }

    private static let pageBytes = 64 << 10
    private static let pagesMax = 32
    private static let knownMax = 2_048
    private static let knownBytesMax = 1_024
    private static let nameBytesMax = 64
    // The year 9999.
    private static let timeMax: UInt64 = 253_402_300_799_999_999

    /// Opens a file.
    /// - Returns: `nil` for one that is just being made.
    /// - Throws: `RegularFileError`, or ``JournalDamage``.
    init?(_ path: String, limits: Limits = Limits(), zstd: Zstd = Zstd()) throws {
        self.path = path
        self.limits = limits
        self.zstd = zstd
        descriptor = try RegularFile.open(path)
        do {
            guard let header = try JournalHeader(Self.read(descriptor, 0, JournalHeader.bytes)) else {
                close(descriptor)
                return nil
            }
            self.header = header
        } catch {
            close(descriptor)
            throw error
        }
        fileBytes = size
    }

    deinit { close(descriptor) }

    private var size: Int {
        var information = stat()
        return fstat(descriptor, &information) == 0 ? max(0, Int(information.st_size)) : 0
    }

    /// The file's number and state, wherever it is renamed to.
    var state: FileState? { FileState(descriptor: descriptor) }

    /// Keeps nothing in memory until there is more to read.
    func rest() {
        pages = [:]
        known = [:]
    }

    /// Whether it was deleted: journald empties files first, so that their space is free though somebody reads them.
    var isGone: Bool { state.map { $0.isRemoved || $0.size == 0 } ?? true }

    /// Looks at how much there is now.
    /// - Parameter isWaiting: whether something is waited for that was not there yet, so that all is read anew.
    func refresh(isWaiting: Bool = false) throws(JournalDamage) {
        guard let fresh = try JournalHeader(Self.read(descriptor, 0, JournalHeader.bytes)) else { throw .chain }
        guard fresh.fileID == header.fileID else { throw .header("another file was written over it") }
        if fresh == header, fileBytes == size, !isWaiting { return }
        header = fresh
        fileBytes = size
        // The last pages may have more now, and the last array a successor.
        pages = [:]
        array = nil
    }

    // MARK: Entries

    /// The entry of a number, which counts from 0.
    func entry(_ number: Int) throws(JournalDamage) -> JournalEntry {
        let (object, origin) = try entryObject(number)
        var entry = JournalEntry(time: origin.time, boot: origin.boot)
        let itemBytes = header.isCompact ? 4 : 16
        let count = (object.size - 64) / itemBytes
        if count > limits.fields { entry.lost[.length] = count - limits.fields }
        let items = try bytes(object.offset + 64, min(count, limits.fields) * itemBytes)
        var bytes = 0
        fieldBytesRead = 0
        for place in stride(from: 0, to: items.count, by: itemBytes) {
            do throws(JournalDamage) {
                if max(bytes, fieldBytesRead) >= limits.entryBytes { throw .length }
                let field = try field(at: items.number(at: place, bytes: header.isCompact ? 4 : 8))
                bytes += field.value.utf8.count
                entry.fields.append(field)
            } catch {
                entry.lost[error, default: 0] += 1
            }
        }
        entry.bytes = max(bytes, fieldBytesRead)
        return entry
    }

    /// When an entry was written, in microseconds since the Unix epoch, and by which start of the host.
    func origin(of number: Int) throws(JournalDamage) -> (time: UInt64, boot: String) {
        try entryObject(number).origin
    }

    private func entryObject(
        _ number: Int
    ) throws(JournalDamage) -> (object: Object, origin: (time: UInt64, boot: String)) {
        let object = try object(at: offset(of: number), .entry, atLeast: 64)
        let head = try bytes(object.offset, 64)
        let time = head.number(at: 24)
        guard time <= Self.timeMax else { throw .object }
        return (object, (time, head.identity(at: 40)))
    }

    private func offset(of number: Int) throws(JournalDamage) -> UInt64 {
        var current: EntryArray
        if let array, array.first <= number {
            current = array
        } else {
            current = try entryArray(at: header.entryArray, first: 0)
        }
        while number - current.first >= current.capacity {
            // Forwards only: a chain that leads back would have no end.
            guard current.next > current.offset else { throw .chain }
            current = try entryArray(at: current.next, first: current.first + current.capacity)
        }
        array = current
        let itemBytes = header.isCompact ? 4 : 8
        return try bytes(current.offset + 24 + (number - current.first) * itemBytes, itemBytes)
            .number(at: 0, bytes: itemBytes)
    }

    private func entryArray(at offset: Int, first: Int) throws(JournalDamage) -> EntryArray {
        do throws(JournalDamage) {
            let object = try object(at: UInt64(offset), .entryArray, atLeast: 24)
            let next = Int(exactly: try bytes(offset + 16, 8).number(at: 0)) ?? 0
            let capacity = (object.size - 24) / (header.isCompact ? 4 : 8)
            guard capacity > 0 else { throw .chain }
            return EntryArray(offset: offset, first: first, capacity: capacity, next: next)
        } catch {
            throw .chain
        }
    }

    // MARK: Fields

    private func field(at offset: UInt64) throws(JournalDamage) -> JournalEntry.Field {
        if let place = Int(exactly: offset), let field = known[place] { return field }
        let headBytes = header.isCompact ? 72 : 64
        let object = try object(at: offset, .data, atLeast: headBytes)
        let payload = try payload(object.offset + headBytes, object.size - headBytes, object.flags)
        guard let equals = payload.prefix(Self.nameBytesMax + 1).firstIndex(of: UInt8(ascii: "=")), equals > 0,
            payload[..<equals].allSatisfy(Self.isNameByte)
        else { throw .object }
        let name = String(decoding: payload[..<equals], as: UTF8.self)
        let value = payload[(equals + 1)...]
        let limit = name == "MESSAGE" ? limits.messageBytes : limits.fieldBytes
        let text = String(decoding: Self.whole(value.prefix(limit)), as: UTF8.self)
        let field = JournalEntry.Field(name: name, value: text, isCut: value.count > limit)
        if value.count <= Self.knownBytesMax {
            if known.count >= Self.knownMax { known = [:] }
            known[object.offset] = field
        }
        return field
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Without a character that a cut has left in pieces.
    private static func whole(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = text.suffix(4).lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return text }
        let length =
            switch text[first] {
            case 0xF0...: 4
            case 0xE0...: 3
            case 0xC0...: 2
            default: 1
            }
        return text.endIndex - first < length ? text[..<first] : text
    }

    private func payload(_ offset: Int, _ count: Int, _ flags: UInt8) throws(JournalDamage) -> [UInt8] {
        guard count <= limits.unpackedBytes else { throw .length }
        let payload = try unpacked(try bytes(offset, count), flags)
        fieldBytesRead += payload.count
        return payload
    }

    private func unpacked(_ stored: [UInt8], _ flags: UInt8) throws(JournalDamage) -> [UInt8] {
        switch flags & 7 {
        case 0: return stored
        case 1: return try XZStream.decompress(stored[...], limit: limits.unpackedBytes)
        case 2:
            guard stored.count >= 8, let size = Int(exactly: stored.number(at: 0)) else { throw .object }
            if size > limits.unpackedBytes { throw .length }
            guard let text = LZ4Block.decompress(stored[8...], size: size) else { throw .object }
            return text
        case 4:
            do throws(ZstdError) {
                return try zstd.decompress(stored, limit: limits.unpackedBytes)
            } catch {
                throw error.code == .tooLarge ? .length : .object
            }
        default: throw .compression
        }
    }

    // MARK: Bytes

    private func object(at offset: UInt64, _ kind: Kind, atLeast least: Int) throws(JournalDamage) -> Object {
        guard let offset = Int(exactly: offset), offset >= header.size, offset % 8 == 0 else { throw .object }
        let head = try bytes(offset, 16)
        guard head[0] == kind.rawValue, let size = Int(exactly: head.number(at: 8)), size >= least,
            size <= fileBytes - offset
        else { throw .object }
        return Object(offset: offset, size: size, flags: head[1])
    }

    private func bytes(_ offset: Int, _ count: Int) throws(JournalDamage) -> [UInt8] {
        guard offset >= 0, count >= 0, count <= fileBytes, offset <= fileBytes - count else { throw .object }
        if count > Self.pageBytes {
            let bytes = Self.read(descriptor, offset, count)
            guard bytes.count == count else { throw .object }
            return bytes
        }
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count {
            let position = offset + result.count
            let page = page(position / Self.pageBytes)
            let part = page.dropFirst(position % Self.pageBytes).prefix(count - result.count)
            // It was cut since its size was seen.
            if part.isEmpty { throw .object }
            result += part
        }
        return result
    }

    private func page(_ number: Int) -> [UInt8] {
        if let page = pages[number] { return page }
        if pages.count >= Self.pagesMax { pages = [:] }
        let page = Self.read(descriptor, number * Self.pageBytes, Self.pageBytes)
        pages[number] = page
        return page
    }

    /// Reads as many bytes as there are.
    private static func read(_ descriptor: Int32, _ offset: Int, _ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let more = pread(descriptor, buffer.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
                if more < 0, errno == EINTR { continue }
                if more <= 0 { break }
                done += more
            }
        }
    }
}
