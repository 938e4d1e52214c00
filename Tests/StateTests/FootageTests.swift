import CameraRecords
import Foundation
import TestSupport
import Testing

@testable import State

@Suite("Footage that is written down")
struct FootageTests {
    private static func present(_ ends: [Int64]...) -> FootageSpans {
        var spans = FootageSpans()
        spans.present = TimeSpans(ends.map { TimeSpan(start: $0[0], end: $0[1]) })
        return spans
    }

    private static let all = TimeSpan(start: 0, end: .max)

    @Test("is joined where it touches, in whatever order it comes, and kept over a restart")
    func joins() throws {
        let folder = try TemporaryDirectory()
        let store = try StateStore(path: folder.path + "/state.sqlite")
        try store.addFootage(["gate": Self.present([10_000, 20_000], [40_000, 50_000])])
        try store.addFootage(["gate": Self.present([20_900, 30_000]), "yard": Self.present([1, 2])])
        try store.addFootage(["gate": Self.present([12_000, 15_000])])
        #expect(try store.footage(of: "gate", in: Self.all) == Self.present([10_000, 30_000], [40_000, 50_000]))
        try store.addFootage(["gate": Self.present([29_000, 41_000])])
        store.close()
        let again = try StateStore(path: folder.path + "/state.sqlite")
        #expect(try again.footage(of: "gate", in: Self.all) == Self.present([10_000, 50_000]))
        #expect(try again.footageCameras() == ["gate", "yard"])
    }

    @Test("random spans are as they would be in memory")
    func random() throws {
        var generator = SeededGenerator(for: "footage in a file")
        let folder = try TemporaryDirectory()
        let store = try StateStore(path: folder.path + "/state.sqlite")
        var wanted = FootageSpans()
        for _ in 0..<300 {
            var news = FootageSpans()
            for path in [\FootageSpans.present, \.known, \.undue, \.estimated] {
                let start = Int64.random(in: 0..<2_000_000, using: &generator)
                news[keyPath: path].insert(
                    TimeSpan(start: start, end: start + Int64.random(in: 0..<20_000, using: &generator)))
            }
            wanted.formUnion(news)
            try store.addFootage(["gate": news])
        }
        #expect(try store.footage(of: "gate", in: Self.all) == wanted)
        let range = TimeSpan(start: 500_000, end: 700_000)
        let part = try store.footage(of: "gate", in: range)
        #expect(part.present.clipped(to: range) == wanted.present.clipped(to: range))
        #expect(part.known.clipped(to: range) == wanted.known.clipped(to: range))
    }

    @Test("is forgotten after 400 days, and of very many spans the oldest time: no gap comes of it")
    func forgets() throws {
        let folder = try TemporaryDirectory()
        let store = try StateStore(path: folder.path + "/state.sqlite")
        let now = StateStore.footageKept + 1_000_000_000
        try store.addFootage(["old": Self.present([0, 10], [now - 20, now - 10])])
        var crowd = FootageSpans()
        crowd.present = TimeSpans(
            (0..<12_000).map { TimeSpan(start: now + $0 * 10_000, end: now + $0 * 10_000 + 5_000) })
        crowd.known.insert(TimeSpan(start: now, end: now + 120_000_000))
        try store.addFootage(["crowd": crowd])
        try store.forgetOldFootage(now: now)
        #expect(try store.footage(of: "old", in: Self.all) == Self.present([now - 20, now - 10]))
        let kept = try store.footage(of: "crowd", in: Self.all)
        #expect((9_000...StateStore.footageSpansMax).contains(kept.present.spans.count))
        #expect(kept.known.spans.first?.start == kept.present.spans.first?.start)
        var history = CameraHistory(camera: "crowd")
        history.footage = kept
        let record = history.record(in: TimeSpan(start: now, end: now + 120_000_000))
        #expect(record.footagePercent == 50 && record.footageUnknownSeconds > 0)
    }
}
