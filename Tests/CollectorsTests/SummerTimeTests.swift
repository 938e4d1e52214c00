import Foundation
import TestSupport
import Testing

@testable import Collectors

/// Names of recordings hold local times, of which some come twice and some never.
@Suite("The ends and starts of summer time")
struct SummerTimeTests {
    private static func local(_ format: String, _ date: Date) -> String {
        var time = time_t(date.timeIntervalSince1970)
        var parts = tm()
        localtime_r(&time, &parts)
        var buffer = [CChar](repeating: 0, count: 256)
        let count = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The next two changes: one ends summer time, one starts it.
    private static let changes: [Date] = {
        guard let first = TimeZone.current.nextDaylightSavingTimeTransition,
            let second = TimeZone.current.nextDaylightSavingTimeTransition(after: first)
        else { return [] }
        return [first, second]
    }()

    /// The path of a camera's recordings, and the names below the root.
    private static let layouts = [
        ("flat", "flat/%Y%m%d-%H%M%S.mkv"), ("tree/%Y-%m-%d/%H/%M.%S.mp4", "tree/%Y-%m-%d/%H/%M.%S.mp4"),
    ]

    @Test(
        "make no camera seem dead, and hide none that is",
        .enabled(if: TimeZone.current.nextDaylightSavingTimeTransition != nil, "this time zone has no summer time"),
        .enabled(if: RecordingTreeTests.video != nil, "ffmpeg is not installed"), arguments: changes.indices,
        layouts.flatMap { layout in [nil, -300].map { (layout.0, layout.1, $0) } } as [(String, String, Int64?)])
    func through(number: Int, layout: (path: String, name: String, dies: Int64?)) throws {
        let root = try TemporaryDirectory()
        let change = Int64(Self.changes[number].timeIntervalSince1970) * 1_000
        let start = change - 3_900_000
        var recordings = try RecordingTreeTests.folder(root, layout.path, now: start)
        var last: Int64 = 0
        for end in stride(from: start, through: change + 3_720_000, by: 10_000) {
            if layout.dies.map({ end < change + $0 * 1_000 }) ?? true {
                let begin = Date(timeIntervalSince1970: Double(end) / 1_000 - 10)
                try RecordingTreeTests.put(
                    Self.local(layout.name, begin), end: Date(timeIntervalSince1970: Double(end) / 1_000), in: root)
                last = end
            }
            // What lies far before the change is there, and looked at now and then.
            if end < change - 330_000, end % 120_000 != 0 { continue }
            let now = end + 1_200
            recordings.scan(now: now) { now }
            let reading = recordings.reading
            let state = "\((now - change) / 1_000) s: \(reading)"
            try #require(reading.problem == nil && reading.lastWrite == last, "\(state)")
            try #require(reading.isOverdue == (now - last > 25_000), "\(state)")
        }
    }
}
