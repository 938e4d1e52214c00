import TestSupport
import Testing

@testable import CameraRecords

func spans(_ ends: [Int64]...) -> TimeSpans { TimeSpans(ends.map { TimeSpan(start: $0[0], end: $0[1]) }) }

@Suite("Spans of time")
struct TimeSpansTests {
    @Test(
        "are put in order, and joined where they touch",
        arguments: [
            ([], 0, []), ([[3, 3]], 0, []), ([[5, 3]], 0, []), ([[3, 5], [1, 2]], 0, [[1, 2], [3, 5]]),
            ([[1, 4], [2, 3]], 0, [[1, 4]]), ([[1, 3], [3, 5]], 0, [[1, 5]]), ([[1, 3], [4, 5]], 1, [[1, 5]]),
            ([[1, 3], [5, 6]], 1, [[1, 3], [5, 6]]), ([[5, 9], [1, 2], [0, 7]], 0, [[0, 9]]),
            ([[-9, -3], [-4, 4]], 0, [[-9, 4]]),
        ] as [([[Int64]], Int64, [[Int64]])])
    func order(given: [[Int64]], joining: Int64, wanted: [[Int64]]) {
        let given = given.map { TimeSpan(start: $0[0], end: $0[1]) }
        let wanted = wanted.map { TimeSpan(start: $0[0], end: $0[1]) }
        #expect(TimeSpans(given, joining: joining).spans == wanted)
        var one = TimeSpans()
        for span in given { one.insert(span, joining: joining) }
        #expect(one.spans == wanted, "one after the other")
    }

    @Test("random spans are as a table of moments has them")
    func random() {
        var generator = SeededGenerator(for: "spans of time")
        for _ in 0..<500 {
            func some() -> [TimeSpan] {
                (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                    let start = Int64.random(in: 0..<40, using: &generator)
                    return TimeSpan(start: start, end: start + Int64.random(in: 0..<9, using: &generator))
                }
            }
            func moments(_ spans: [TimeSpan]) -> Set<Int64> { Set(spans.flatMap { Array($0.start..<$0.end) }) }
            let (left, right) = (some(), some())
            var built = TimeSpans()
            for span in left { built.insert(span) }
            let other = TimeSpans(right)
            #expect(built == TimeSpans(left))
            #expect(moments(built.spans) == moments(left))
            #expect(moments(built.intersection(other).spans) == moments(left).intersection(moments(right)))
            #expect(moments(built.subtracting(other).spans) == moments(left).subtracting(moments(right)))
            let window = TimeSpan(start: 7, end: 30)
            #expect(moments(built.clipped(to: window).spans) == moments(left).filter { (7..<30).contains($0) })
            var union = built
            union.formUnion(other)
            #expect(union == TimeSpans(left + right))
            var later = built
            later.forget(before: 20)
            #expect(moments(later.spans) == moments(left).filter { $0 >= 20 })
            #expect(built.total == Int64(moments(left).count))
        }
    }
}
