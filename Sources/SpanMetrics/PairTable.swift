internal import Model

/// Spans that wait for the other half of a call: those of who calls by their own number, those of who is called by their
/// parent's. Those that came first leave first, after some time or because there are too many.
///
/// Who calls stays even with its other half found, as a message may have several receivers.
struct PairTable: Sendable {
    struct Waiting: Sendable {
        var traceID: TraceID
        /// Of the caller in either case: the span's own number, or its parent's.
        var callerID: SpanID
        /// The span's own number.
        var spanID: SpanID
        /// Nanoseconds.
        var duration: Int64
        /// When it came, by the steady clock.
        var arrived: Int64
        var service: UInt32
        /// What a caller knows of whom it calls; 0 where nothing.
        var peer: UInt32 = 0
        var isCaller: Bool
        var isMessaging: Bool
        var isFailed: Bool
        /// Whether it was paired; of who was called that is the end.
        var isPaired = false
    }

    private var ring: [Waiting] = []
    /// The number of the one that came first; numbers go on from the highest with 0. The place in the ring is the number without
    /// its upper bits.
    private var first: UInt32 = 0
    private(set) var count = 0
    private var callers = Chains()
    private var called = Chains()
    /// Those who are called, by their own numbers: with Zipkin both halves have the same.
    private var shared = Chains()
    private let max: Int
    private let seed = UInt64.random(in: .min ... .max)

    /// The newest of each hash, and behind each the next older one, by their numbers. What has left is not taken out: a number
    /// that is not below the one before it, or is of none that waits, ends the way.
    private struct Chains: Sendable {
        var newest: [UInt32] = []
        var behind: [UInt32] = []

        init(size: Int = 0) {
            newest = Array(repeating: .max, count: size)
            behind = newest
        }

        mutating func link(_ number: UInt32, at place: Int, _ slot: Int) {
            behind[place] = newest[slot]
            newest[slot] = number
        }
    }

    /// - Parameter max: how many may wait: a power of two.
    init(max: Int) { self.max = max }

    /// The one that came first.
    var oldest: Waiting? { count == 0 ? nil : ring[place(first)] }

    var isFull: Bool { count >= max }

    /// Adds a span; there must be room.
    mutating func append(_ waiting: Waiting) {
        if count == ring.count { grow() }
        let number = first &+ UInt32(count)
        ring[place(number)] = waiting
        count += 1
        link(number, waiting)
    }

    /// Takes out the one that came first.
    mutating func removeFirst() {
        guard count > 0 else { return }
        first &+= 1
        count -= 1
    }

    func hasCaller(_ traceID: TraceID, _ spanID: SpanID) -> Bool { caller(traceID, spanID) != nil }

    /// The caller of that number; it is marked as paired.
    /// - Returns: the caller as it was before.
    mutating func takeCaller(_ traceID: TraceID, _ spanID: SpanID) -> Waiting? {
        guard let place = caller(traceID, spanID) else { return nil }
        defer { ring[place].isPaired = true }
        return ring[place]
    }

    private func caller(_ traceID: TraceID, _ spanID: SpanID) -> Int? {
        if count == 0 { return nil }
        var next = callers.newest[slot(traceID, spanID)]
        var left = UInt32(count)
        while next &- first < left {
            left = next &- first
            let place = place(next)
            if ring[place].callerID == spanID, ring[place].traceID == traceID { return place }
            next = callers.behind[place]
        }
        return nil
    }

    /// Those who wait and were called by the span of that number, or are its other half under the same number; they are paired
    /// then.
    mutating func takeCalled(_ traceID: TraceID, _ spanID: SpanID, _ body: (Waiting) -> Void) {
        if count == 0 { return }
        let slot = slot(traceID, spanID)
        take(from: called, slot, body) { $0.callerID == spanID && $0.traceID == traceID }
        take(from: shared, slot, body) { $0.spanID == spanID && $0.traceID == traceID }
    }

    private mutating func take(
        from chains: Chains, _ slot: Int, _ body: (Waiting) -> Void, where isWanted: (Waiting) -> Bool
    ) {
        var next = chains.newest[slot]
        var left = UInt32(count)
        while next &- first < left {
            left = next &- first
            let place = place(next)
            if !ring[place].isPaired, isWanted(ring[place]) {
                ring[place].isPaired = true
                body(ring[place])
            }
            next = chains.behind[place]
        }
    }

    // MARK: Places

    private func place(_ number: UInt32) -> Int { Int(number) & (ring.count - 1) }

    /// Where the chain of a span begins. Of all three numbers: what others choose must not put everything into one chain.
    @inline(__always)
    private func slot(_ traceID: TraceID, _ spanID: SpanID) -> Int {
        var hash = Self.mixed(traceID.low ^ seed, traceID.high ^ 0xd6e8_feb8_6659_fd93)
        hash = Self.mixed(hash ^ spanID.number, seed | 1)
        return Int(truncatingIfNeeded: hash) & (ring.count - 1)
    }

    @inline(__always)
    private static func mixed(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return (product.high ^ product.low) &+ left
    }

    private mutating func link(_ number: UInt32, _ waiting: Waiting) {
        let slot = slot(waiting.traceID, waiting.callerID)
        let place = place(number)
        if waiting.isCaller {
            callers.link(number, at: place, slot)
        } else {
            called.link(number, at: place, slot)
            shared.link(number, at: place, self.slot(waiting.traceID, waiting.spanID))
        }
    }

    /// Twice as much room, or the first.
    private mutating func grow() {
        let all = (0..<count).map { ring[place(first &+ UInt32($0))] }
        let size = min(max, Swift.max(1_024, ring.count * 2))
        let none = Waiting(
            traceID: TraceID(high: 0, low: 0), callerID: SpanID(0), spanID: SpanID(0), duration: 0, arrived: 0,
            service: 0, isCaller: false, isMessaging: false, isFailed: false)
        ring = all + Array(repeating: none, count: size - count)
        first = 0
        callers = Chains(size: size)
        called = Chains(size: size)
        shared = Chains(size: size)
        for (number, waiting) in all.enumerated() { link(UInt32(number), waiting) }
    }
}
