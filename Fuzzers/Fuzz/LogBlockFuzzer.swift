internal import Base
internal import Model

@testable internal import LogStore

/// Reads any bytes as a block of log events, and as the summary of one; the first byte says which.
enum LogBlockFuzzer: Fuzzer {
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        guard size > 0 else { return }
        let bytes = UnsafeRawBufferPointer(start: data + 1, count: size - 1)
        if data[0] & 1 == 1 {
            _ = BlockSummary(Array(bytes))?.mayHold(["level": [["error"]]])
            return
        }
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
}
