import Foundation
import Testing

@testable import PromQL

@Suite("The extreme of a sliding window")
struct SlidingExtremeTests {
    /// Numbers that depend on the seed alone.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    @Test("is what a look at every value finds", arguments: 0..<40)
    func sameAsNaive(seed: Int) {
        var generator = Generator(state: UInt64(seed) &* 7919 &+ 1)
        let values = (0..<200).map { _ -> Double in
            switch Int.random(in: 0..<10, using: &generator) {
            case 0: .nan
            case 1: -0.0
            case 2: 0
            case 3: .infinity
            case 4: -.infinity
            default: Double(Int.random(in: -5...5, using: &generator))
            }
        }
        values.withUnsafeBufferPointer { values in
            for isGreatest in [true, false] {
                var extreme = SlidingExtreme(of: values, isGreatest: isGreatest)
                var window = 0..<1
                for step in 0..<300 {
                    // Now and then the window goes back, as it does with a moving `@`.
                    let isBack = step % 97 == 96
                    let low = isBack ? 0 : min(199, window.lowerBound + Int.random(in: 0...2, using: &generator))
                    let high =
                        isBack
                        ? 10 : min(200, max(low + 1, window.upperBound + Int.random(in: 0...3, using: &generator)))
                    window = low..<high
                    let expected = RangeFunctions.extreme(values[window]) { isGreatest ? $0 > $1 : $0 < $1 }
                    let found = extreme.value(in: window)
                    #expect(
                        found.bitPattern == expected.bitPattern || (found.isNaN && expected.isNaN),
                        "\(window): \(found), not \(expected)")
                }
            }
        }
    }
}
