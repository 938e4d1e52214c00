import CameraRecords
import Model
import SiteView
import TestSupport
import Testing

@Suite("Bands of states over time")
struct StateBandTests {
    private typealias Span = BandSpan<CameraState>

    private static func text(_ segments: [BandSegment<CameraState>]) -> String {
        segments.map { "\($0.state.rawValue) \($0.column)+\($0.columns) \($0.start)-\($0.end)" }.joined(separator: ", ")
    }

    @Test(
        "what is thinner than a column is merged, and the worst has the column",
        arguments: [
            ([Span(.online, 0, 100)], 10, "Online 0+10 0-100"),
            (
                [Span(.online, 0, 35), Span(.offline, 35, 36), Span(.online, 36, 100)], 10,
                "Online 0+3 0-30, Offline 3+1 35-36, Online 4+6 40-100"
            ),
            // Two short ones in one column are told from the first to the last.
            (
                [
                    Span(.online, 0, 32), Span(.offline, 32, 33), Span(.online, 33, 38), Span(.offline, 38, 39),
                    Span(.online, 39, 100),
                ], 10, "Online 0+3 0-30, Offline 3+1 32-39, Online 4+6 40-100"
            ),
            // Degraded is worse than not known, and less than offline.
            (
                [Span(.unknown, 0, 4), Span(.degraded, 4, 8), Span(.offline, 8, 9), Span(.degraded, 9, 20)], 2,
                "Offline 0+1 8-9, Degraded 1+1 10-20"
            ),
            // More columns than moments are as many as there are.
            ([Span(.online, 0, 2), Span(.stalled, 2, 3)], 720, "Online 0+2 0-2, Stalled 2+1 2-3"),
            ([], 10, ""),
        ] as [([BandSpan<CameraState>], Int, String)])
    func merged(spans: [BandSpan<CameraState>], columns: Int, text: String) {
        let range = TimeSpan(start: 0, end: spans.last?.end ?? 10)
        #expect(Self.text(StateBand.segments(spans, in: range, columns: columns)) == text)
    }

    @Test("each column shows the worst that was in it, of whatever spans", arguments: [1, 2, 3, 4, 5, 6, 7, 8])
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<12 {
            let length = Int64.random(in: 1...4_000, using: &random)
            let start = Int64.random(in: -5_000...1_800_000_000_000, using: &random)
            let range = TimeSpan(start: start, end: start + length)
            var truth: [CameraState] = []
            while truth.count < length {
                let state = CameraState.allCases.randomElement(using: &random) ?? .online
                truth += Array(
                    repeating: state, count: Int.random(in: 1...(Bool.random(using: &random) ? 5 : 400), using: &random)
                )
            }
            truth = Array(truth.prefix(Int(length)))
            // The layers say the same, with more below what is above.
            let layers = CameraState.allCases.filter { $0 != .unknown }.map { state in
                (
                    state: state,
                    spans: TimeSpans(
                        truth.indices.filter { truth[$0] == state }.map {
                            TimeSpan(start: start + Int64($0), end: start + Int64($0) + 1)
                        })
                )
            }
            let spans = StateBand.spans(layers, rest: .unknown, in: range)
            #expect(spans.first?.start == range.start && spans.last?.end == range.end)
            for span in spans {
                #expect(truth[Int(span.start - start)..<Int(span.end - start)].allSatisfy { $0 == span.state })
            }
            let columns = Int.random(in: 1...720, using: &random)
            let segments = StateBand.segments(spans, in: range, columns: columns)
            let count = Int(min(Int64(columns), length))
            #expect(segments.reduce(0) { $0 + $1.columns } == count && segments.count <= count)
            for segment in segments {
                for column in segment.column..<segment.column + segment.columns {
                    let (from, to) = (Int(length) * column / count, Int(length) * (column + 1) / count)
                    #expect(truth[from..<to].min() == segment.state, "seed \(seed), \(column) of \(count)")
                }
                #expect(truth[Int(segment.start - start)] == segment.state)
                #expect(truth[Int(segment.end - start) - 1] == segment.state)
            }
        }
    }

    @Test("a past lists what was wrong, the newest first, and its gaps")
    func past() {
        let range = TimeSpan(start: 0, end: 100_000)
        var footage = FootageSpans()
        footage.known.insert(range)
        footage.present = TimeSpans([TimeSpan(start: 0, end: 40_000), TimeSpan(start: 40_500, end: 60_000)])
        footage.undue.insert(TimeSpan(start: 90_000, end: 200_000))
        let past = CameraPast(
            camera: "gate", range,
            [
                Span(.unknown, 0, 10_000), Span(.online, 10_000, 60_000), Span(.offline, 60_000, 70_000),
                Span(.stalled, 70_000, 80_000), Span(.online, 80_000, 100_000),
            ], footage: footage, firings: [])
        #expect(past.troubles.map(\.state) == [.stalled, .offline] && past.troubleCount == 2)
        #expect(past.lengths == ["Unknown": 10_000, "Online": 70_000, "Offline": 10_000, "Stalled": 10_000])
        // Half a second between two files is no gap.
        #expect(past.gaps == [TimeSpan(start: 60_000, end: 90_000)])
        #expect(past.footage?.map(\.state) == [.present, .gap, .undue])
        #expect(CameraPast(camera: "x", range, [], footage: FootageSpans(), firings: []).footage == nil)
    }
}
