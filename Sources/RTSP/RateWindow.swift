/// Frames and bytes over the last 10 s, in quarters of a second.
struct RateWindow {
    private static let slots = 40
    private static let slotNanoseconds: Int64 = 250_000_000

    private var frames = [UInt32](repeating: 0, count: slots + 1)
    private var bytes = [UInt32](repeating: 0, count: slots + 1)
    private var slot: Int64 = 0
    private var began: Int64?

    /// Nanoseconds on the steady clock.
    mutating func add(bytes count: Int, at now: Int64) {
        advance(to: now)
        let index = Int(slot % Int64(Self.slots + 1))
        bytes[index] &+= UInt32(truncatingIfNeeded: count)
    }

    mutating func addFrame(at now: Int64) {
        advance(to: now)
        frames[Int(slot % Int64(Self.slots + 1))] &+= 1
    }

    mutating func reset() {
        began = nil
        for index in frames.indices {
            frames[index] = 0
            bytes[index] = 0
        }
    }

    private mutating func advance(to now: Int64) {
        let current = now / Self.slotNanoseconds
        guard current != slot || began == nil else { return }
        if began == nil {
            began = now
            slot = current
        }
        while slot < current {
            slot = current - slot > Int64(Self.slots + 1) ? current - Int64(Self.slots + 1) : slot + 1
            frames[Int(slot % Int64(Self.slots + 1))] = 0
            bytes[Int(slot % Int64(Self.slots + 1))] = 0
        }
    }

    /// Frames and bits a second.
    mutating func rates(at now: Int64) -> (fps: Double, bitrate: Double) {
        guard let began else { return (0, 0) }
        advance(to: now)
        let partial = now - slot * Self.slotNanoseconds
        let whole = Int64(Self.slots) * Self.slotNanoseconds + partial
        let span = Double(max(min(whole, now - began), 1)) / 1e9
        let frames = Double(frames.reduce(0) { $0 + UInt64($1) })
        let bytes = Double(bytes.reduce(0) { $0 + UInt64($1) })
        // The first packet opens the window: over a short one, it would count a frame too much.
        let isYoung = now - began < whole
        let scale = max(span, 0.5)
        return (max(0, isYoung ? frames - 0.5 : frames) / scale, bytes * 8 / scale)
    }
}
