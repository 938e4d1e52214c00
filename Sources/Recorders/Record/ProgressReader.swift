/// Reads what `ffmpeg -progress` prints: lines of `key=value`, a block a second, each ended by `progress=`.
struct ProgressReader {
    /// Frames written since the program began.
    private(set) var frames: UInt64 = 0
    private(set) var dropped: UInt64 = 0
    private var framesOfBlock: UInt64 = 0
    private var pending: [UInt8] = []

    /// Takes what was read. Whether frames have grown while the program goes on: what it writes out at its end came
    /// before.
    mutating func take(_ bytes: some Sequence<UInt8>) -> Bool {
        var hasGrown = false
        pending.append(contentsOf: bytes)
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
            if take(line: pending[..<end]) { hasGrown = true }
            pending.removeSubrange(...end)
        }
        if pending.count > 4_096 { pending.removeAll() }
        return hasGrown
    }

    private mutating func take(line: ArraySlice<UInt8>) -> Bool {
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return false }
        let text = String(decoding: line[(equals + 1)...], as: UTF8.self).filter { $0 != " " && $0 != "\r" }
        switch String(decoding: line[..<equals], as: UTF8.self) {
        case "frame": framesOfBlock = UInt64(text) ?? framesOfBlock
        case "drop_frames": dropped = UInt64(text) ?? dropped
        case "progress":
            let hasGrown = framesOfBlock > frames && text == "continue"
            frames = max(frames, framesOfBlock)
            return hasGrown
        default: break
        }
        return false
    }
}
