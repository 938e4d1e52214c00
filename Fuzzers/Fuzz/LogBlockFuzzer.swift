internal import Base
internal import Model

@testable internal import LogStore

/// Reads any bytes as a block of log events of either version, as a batch of rows of ours and of others, as the summary of
/// a block and as a column of texts; the first byte says which.
enum LogBlockFuzzer: Fuzzer {
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 0 else { return }
        let bytes = UnsafeRawBufferPointer(start: data + 1, count: size - 1)
        switch data[0] % 5 {
        case 0: feedEarlier(bytes)
        case 1: _ = BlockSummary(Array(bytes))?.mayHold(["level": [["error"]]])
        case 2: feedRows(bytes)
        case 3: feedText(bytes)
        default: ColumnBlock.checkHeader(Array(bytes))
        }
    }

    private static func feedEarlier(_ bytes: UnsafeRawBufferPointer) {
        guard var block = try? EventBlock(bytes) else { return }
        var all = 0
        block.forEach(in: .all) { _, _ in
            all += 1
            return true
        }
        var some = 0
        let needs = LogFilter.Needs(values: ["level": [["error"]]], words: ["": ["gate"]])
        block.forEach(in: .all, newestFirst: true, needing: needs) { _, _ in
            some += 1
            return true
        }
        precondition(some <= all, "BUG: more events with a filter than without")
    }

    private static func feedRows(_ bytes: UnsafeRawBufferPointer) {
        feedPiece(bytes)
        guard var reader = try? EventRowsReader(bytes) else { return }
        let matcher = RowMatcher(.test(LogTest(.any, literals: ["gate"]) { _, _ in true }))
        while (try? reader.next()) ?? false { _ = (reader.event, matcher.mayMatch(reader)) }
        var rows = RowGathering()
        guard (try? rows.add(bytes)) != nil, !rows.rows.isEmpty else { return }
        rows.sort()
        _ = BlockEncoder(rows, rows.rows.indices).nameCount
    }

    /// What is taken of what others wrote can be read as our own.
    private static func feedPiece(_ bytes: UnsafeRawBufferPointer) {
        var pieces = EventPieceReader()
        guard let events = try? pieces.events(of: bytes), var reader = try? EventRowsReader(bytes) else { return }
        var count = 0
        while (try? reader.next()) ?? false { count += 1 }
        precondition(count == events.count, "BUG: a piece has other events than its rows")
        precondition(EventPieces.encode(events).reduce(0) { $0 + $1.events } == count, "BUG: a piece is cut wrongly")
    }

    /// The bytes are the streams of a column: all but the last are counted.
    private static func feedText(_ bytes: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes)
        var streams = (1..<BlockFormat.textStreams).map { _ in Array(reader.counted()) }
        streams.append(Array(reader.take(reader.remaining)))
        guard let text = try? TextColumn(streams, count: streams[1].count) else { return }
        var total = 0
        text.forEach { _, bytes in total += bytes.count }
        let index = TokenIndex(text)
        for run in ["gate", "17", "beef"] { _ = index.texts(holding: Array(run.utf8)) }
    }
}
