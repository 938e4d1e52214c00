import CameraRecords
import Testing

@Suite("When something held, by samples")
struct ConditionHistoryTests {
    @Test(
        "samples stand for their usual pause, and no longer where others are missing",
        arguments: [
            // Every 5 s, held from 10 to 20.
            ([0, 5, 10, 15, 20, 25], [0, 0, 1, 1, 0, 0], [[10, 20]]),
            // Holds to the end: the last one stands for a pause more.
            ([0, 5, 10], [0, 1, 1], [[5, 15]]),
            // Nothing came for a minute.
            ([0, 5, 10, 70, 75], [1, 1, 1, 1, 0], [[0, 15], [70, 75]]),
            // A stale marker ends it.
            ([0, 5, 10, 15], [1, 1, .nan, 0], [[0, 10]]),
            // One sample alone stands for a quarter of a minute.
            ([100], [1], [[100, 115]]), ([], [], []), ([0, 5], [0, 0], []),
        ] as [([Int64], [Double], [[Int64]])])
    func held(times: [Int64], values: [Double], spans: [[Int64]]) {
        var history = ConditionHistory()
        history.add(times.map { $0 * 1_000 }, values) { values[$0] == 1 }
        history.end()
        #expect(history.held.spans.map { [$0.start / 1_000, $0.end / 1_000] } == spans)
        // In two pieces it is the same, where the pause is known to both.
        if times.count > 4 {
            var pieces = ConditionHistory()
            pieces.add(times.prefix(3).map { $0 * 1_000 }, Array(values.prefix(3))) { values[$0] == 1 }
            pieces.add(times.dropFirst(3).map { $0 * 1_000 }, Array(values.dropFirst(3))) { values[$0 + 3] == 1 }
            pieces.end()
            #expect(pieces == history)
        }
    }
}
