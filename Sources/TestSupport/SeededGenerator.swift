internal import Foundation

/// A generator whose numbers depend on the seed alone (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator {
    public let seed: UInt64
    private var state: UInt64

    public init(seed: UInt64) { (self.seed, state) = (seed, seed) }

    /// Another seed in each run, which is printed: with it in the variable `WATCHPOST_SEED` a run is played again.
    /// - Parameter purpose: what is made with it, for people.
    public init(for purpose: String) {
        let wanted = ProcessInfo.processInfo.environment["WATCHPOST_SEED"].flatMap { UInt64($0) }
        let seed = wanted ?? UInt64.random(in: .min ... .max)
        print("\(purpose): WATCHPOST_SEED=\(seed)")
        self.init(seed: seed)
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Whether something that comes about in so many of a hundred cases does.
    public mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    /// One of some elements, of which there must be one.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &self)]
    }
}
