import Testing

@testable import CameraRecords

@Suite("A camera's record")
struct CameraHistoryTests {
    private static let day = TimeSpan(start: 0, end: 86_400_000)

    /// A history of a known day with footage but for some spans.
    private static func history(gaps: TimeSpans, undue: TimeSpans = TimeSpans()) -> CameraHistory {
        var history = CameraHistory(camera: "gate")
        history.footage.known = TimeSpans([day])
        history.footage.present = TimeSpans([day]).subtracting(gaps)
        history.footage.undue = undue
        return history
    }

    @Test("has planted gaps to the millisecond")
    func planted() {
        let gaps = spans([0, 1_234], [30_000_001, 30_240_003], [86_398_765, 86_400_000])
        let record = Self.history(gaps: gaps).record(in: Self.day)
        #expect(record.gaps == gaps.spans && record.gapCount == 3)
        #expect(record.missingSeconds == Double(gaps.total) / 1_000 && record.dueSeconds == 86_400)
        #expect(record.footagePercent == 100 * Double(86_400_000 - gaps.total) / 86_400_000)
        #expect(record.footageUnknownSeconds == 0 && record.isRecorded)
    }

    @Test("takes a second between two files, or before the first one, for no gap")
    func pauses() {
        let record = Self.history(gaps: spans([0, 700], [5_000, 6_000], [9_000, 10_001])).record(in: Self.day)
        #expect(record.gaps == spans([9_000, 10_001]).spans && record.missingSeconds == 1.001)
        let inside = Self.history(gaps: spans([5_000, 9_000])).record(in: TimeSpan(start: 0, end: 5_500))
        #expect(inside.gaps == spans([5_000, 5_500]).spans)
    }

    @Test("counts a gap that reaches over an end of the range up to there")
    func clipped() {
        let history = Self.history(gaps: spans([10_000, 20_000], [40_000, 60_000]))
        let record = history.record(in: TimeSpan(start: 15_000, end: 50_000))
        #expect(record.gaps == spans([15_000, 20_000], [40_000, 50_000]).spans && record.missingSeconds == 15)
    }

    @Test("counts what is not known neither as footage nor as a gap")
    func halfKnown() {
        var history = CameraHistory(camera: "gate")
        history.footage.known = spans([0, 43_200_000])
        history.footage.present = spans([0, 21_600_000], [43_200_000, 46_800_000])
        let record = history.record(in: Self.day)
        #expect(record.footagePercent == 50 && record.missingSeconds == 21_600 && record.dueSeconds == 43_200)
        #expect(record.footageSeconds == 25_200 && record.footageUnknownSeconds == 86_400 - 43_200 - 3_600)
    }

    @Test("counts the share of the times alone in which footage was due")
    func schedule() {
        let history = Self.history(
            gaps: spans([0, 28_800_000], [36_000_000, 39_600_000], [64_800_000, 86_400_000]),
            undue: spans([0, 28_800_000], [64_800_000, 86_400_000]))
        let record = history.record(in: Self.day)
        #expect(record.footagePercent == 90 && record.gaps == spans([36_000_000, 39_600_000]).spans)
    }

    @Test("has hours of footage and no share on motion")
    func motion() {
        let history = Self.history(gaps: spans([7_200_000, 86_400_000]), undue: spans([0, 86_400_000]))
        let record = history.record(in: Self.day)
        #expect(record.footagePercent == nil && record.footageSeconds == 7_200 && record.gaps.isEmpty)
        #expect(record.isRecorded)
    }

    @Test("of a span without length, or of a camera of which nothing is known, has no share")
    func nothing() {
        let empty = Self.history(gaps: TimeSpans()).record(in: TimeSpan(start: 5, end: 5))
        #expect(empty.footagePercent == nil && empty.upPercent == nil && empty.dueSeconds == 0)
        let unknown = CameraHistory(camera: "x").record(in: Self.day)
        #expect(unknown.upPercent == nil && unknown.unknownSeconds == 86_400 && !unknown.isRecorded)
    }

    @Test("lists the longest of very many gaps, and counts them all")
    func many() {
        let gaps = TimeSpans((1...2_000).map { TimeSpan(start: $0 * 10_000, end: $0 * 10_000 + 1_000 + $0) })
        let record = Self.history(gaps: gaps).record(in: Self.day, gapsMax: 100)
        #expect(record.gapCount == 2_000 && record.gaps == Array(gaps.spans.suffix(100)))
        #expect(record.missingSeconds == Double(gaps.total) / 1_000)
    }

    @Test("counts footage twice recorded once, as when a clock was set back")
    func overlaps() {
        var history = CameraHistory(camera: "gate")
        history.footage.known = spans([0, 100_000])
        history.footage.present = spans([0, 60_000], [30_000, 90_000])
        let record = history.record(in: TimeSpan(start: 0, end: 100_000))
        #expect(record.footageSeconds == 90 && record.gaps == spans([90_000, 100_000]).spans)
    }

    @Test("counts time up of the time that is known")
    func connection() {
        var history = CameraHistory(camera: "gate")
        history.connection.add(Array(stride(from: 0, to: 40_000, by: 5_000)), [1, 1, 1, 1, 1, 1, 0, 1])
        history.connection.end()
        history.restarts.add([0, 30_000], [2, 3])
        let record = history.record(in: TimeSpan(start: 0, end: 80_000))
        #expect(record.upSeconds == 35 && record.downSeconds == 5 && record.unknownSeconds == 40)
        #expect(record.upPercent == 87.5 && record.reconnects == 1 && record.recorderRestarts == 1)
    }
}
