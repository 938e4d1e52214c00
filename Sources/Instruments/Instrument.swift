internal import Synchronization

/// A value that goes up and down.
public final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    init() {}

    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    public func add(_ delta: Double) { bits.add(delta) }
}

/// A count that only grows.
public final class Counter: Sendable {
    private let bits = Atomic<UInt64>(0)

    init() {}

    public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    /// Adds `amount`, which is not below zero.
    public func increment(by amount: Double = 1) {
        precondition(amount >= 0, "BUG: a counter does not go down")
        bits.add(amount)
    }

    /// Takes over a count that is kept elsewhere: by the kernel, by a camera's probe. A count that has gone down
    /// has begun anew there; queries see that as the reset of a counter.
    public func set(total: Double) { bits.store(total.bitPattern, ordering: .relaxed) }
}

/// How often values fell below each of a row of bounds.
public final class Histogram: Sendable {
    struct State {
        var counts: [UInt64]
        var sum = 0.0
    }

    let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    public func observe(_ value: Double) {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if value <= bounds[middle] { high = middle } else { low = middle + 1 }
        }
        state.withLock { state in
            state.counts[low] += 1
            state.sum += value
        }
    }

    /// Counts a bucket (not yet summed up), the last one of infinity, and the sum of all values.
    func snapshot() -> State { state.withLock { $0 } }
}

extension Atomic<UInt64> {
    /// Adds to the double whose bits are kept.
    fileprivate func add(_ delta: Double) {
        var old = load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + delta).bitPattern
            let (exchanged, original) = weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }
}
