/// Reads what `ffmpeg -progress` prints: lines of `key=value`, a block a second, each ended by `progress=`.
struct ProgressReader {
    /// Frames written since the program began.
    private(set) var frames: UInt64 = 0
    private(set) var dropped: UInt64 = 0
    private var pending: [UInt8] = []

    /// Takes what was read. Whether frames have grown.
    mutating func take(_ bytes: some Sequence<UInt8>) -> Bool {
        let before = frames
        pending.append(contentsOf: bytes)
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
            take(line: pending[..<end])
            pending.removeSubrange(...end)
        }
        if pending.count > 4_096 { pending.removeAll() }
        return frames > before
    }

    private mutating func take(line: ArraySlice<UInt8>) {
        guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return }
        let text = String(decoding: line[(equals + 1)...], as: UTF8.self).filter { $0 != " " && $0 != "\r" }
        switch String(decoding: line[..<equals], as: UTF8.self) {
        case "frame": frames = UInt64(text) ?? frames
        case "drop_frames": dropped = UInt64(text) ?? dropped
        default: break
        }
    }
}
