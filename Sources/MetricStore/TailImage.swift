import Base
import Model

/// The bytes of a part of the head's image, as it stands in a row of the tail: some series with all their chunks.
///
///     version    1 byte: 1
///     count      varint, of series; for each:
///       ref, counted labels, newest time (zigzag), newest value (8 bytes), time of the last append (zigzag),
///       count of closed chunks, 1 if an open one follows them; for each chunk:
///         first time (zigzag), duration, count of samples, coding (1 byte), count of words, words (8 bytes each)
enum TailImage {
    private static let version: UInt8 = 1

    /// A series as an image has it.
    struct Entry {
        let ref: UInt32
        let labels: Labels
        let newest: Int64
        let newestBits: UInt64
        let lastAppend: Int64
        let closed: [Chunk]
        let open: Chunk?
    }

    /// The image of the series in some slots, those alive.
    static func encode(_ slots: Range<Int>, of head: borrowing Head) -> [UInt8]? {
        var body: [UInt8] = []
        var count = 0
        for slot in slots where head.series[slot].isLive {
            count += 1
            let series = head.series[slot]
            body.appendVarint(UInt64(head.ref(of: UInt32(slot)).rawValue))
            body.appendCounted(series.labels.packed)
            body.appendZigzag(series.newest)
            body.appendFixed64(series.newestValueBits)
            body.appendZigzag(series.lastAppend)
            body.appendVarint(series.closed.count)
            body.append(series.open.count > 0 ? 1 : 0)
            for chunk in series.closed { append(chunk, to: &body) }
            if series.open.count > 0 { append(series.open.chunk, to: &body) }
        }
        if count == 0 { return nil }
        var bytes: [UInt8] = [version]
        bytes.appendVarint(count)
        bytes.append(contentsOf: body)
        return bytes
    }

    private static func append(_ chunk: Chunk, to bytes: inout [UInt8]) {
        bytes.appendZigzag(chunk.minTime)
        bytes.appendVarint(UInt64(bitPattern: chunk.maxTime &- chunk.minTime))
        bytes.appendVarint(Int(chunk.count))
        bytes.append(chunk.coding.rawValue)
        bytes.appendVarint(chunk.words.count)
        for word in chunk.words { bytes.appendFixed64(word) }
    }

    /// The series of a part, or `nil` if the bytes are not of this form.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> [Entry]? {
        var reader = ByteReader(bytes)
        guard reader.byte() == version else { return nil }
        let count = reader.count()
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            let ref = UInt32(truncatingIfNeeded: reader.varint())
            guard let labels = Labels(packed: [UInt8](reader.counted())) else { return nil }
            let newest = reader.zigzag()
            let newestBits = reader.fixed64()
            let lastAppend = reader.zigzag()
            let closedCount = reader.count()
            let hasOpen = reader.byte() == 1
            var closed: [Chunk] = []
            for _ in 0..<closedCount {
                guard let chunk = chunk(&reader) else { return nil }
                closed.append(chunk)
            }
            var open: Chunk?
            if hasOpen {
                guard let chunk = chunk(&reader) else { return nil }
                open = chunk
            }
            entries.append(
                Entry(
                    ref: ref, labels: labels, newest: newest, newestBits: newestBits, lastAppend: lastAppend,
                    closed: closed, open: open))
        }
        return reader.hasFailed || !reader.isAtEnd ? nil : entries
    }

    private static func chunk(_ reader: inout ByteReader) -> Chunk? {
        let minTime = reader.zigzag()
        let duration = Int64(bitPattern: reader.varint())
        let count = reader.varint()
        let coding = ChunkCoding(rawValue: reader.byte())
        let wordCount = reader.count()
        let raw = reader.take(wordCount &* 8)
        // A sample takes two bits at least, so the count is bounded by the words.
        guard !reader.hasFailed, coding.isValid, count <= UInt64(wordCount) * 32 else { return nil }
        let words = [UInt64](unsafeUninitializedCapacity: wordCount) { buffer, initialized in
            UnsafeMutableRawBufferPointer(buffer).copyMemory(from: raw)
            initialized = wordCount
        }
        return Chunk(
            words: words, minTime: minTime, maxTime: minTime &+ duration, count: Int32(count), coding: coding)
    }
}
