internal import Foundation

/// Numbers that look random, the same for the same seed: SplitMix64, https://prng.di.unimi.it/splitmix64.c
struct SampleRandom: Sendable {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// From 0 to below `bound`.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// Whether something happens that happens in so many of a thousand cases.
    mutating func happens(in thousand: Int) -> Bool { below(1_000) < thousand }

    /// From 0 to below 1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Waiting times of that mean, as of things that come independently.
    mutating func exponential(_ mean: Int64) -> Int64 { Int64(-log(1 - fraction()) * Double(mean)) }

    /// Times of work in nanoseconds: most near `median` (in milliseconds), few much longer.
    mutating func work(milliseconds median: Double) -> Int64 {
        let normal = sqrt(-2 * log(1 - fraction())) * cos(2 * .pi * fraction())
        return max(1_000, Int64(median * 1_000_000 * exp(0.5 * normal)))
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}
