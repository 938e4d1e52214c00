import Base
import Foundation
import MetricStore
import Model
import Synchronization
import Testing

/// A directory that goes with its owner.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "metric-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}

/// A clock that stands until it is told to go on.
final class ManualTime: TimeSource {
    private let time: Mutex<Int64>

    init(_ time: Int64) { self.time = Mutex(time) }

    func now() -> Int64 { time.withLock { $0 } }
    func set(_ time: Int64) { self.time.withLock { $0 = time } }
    func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
}

/// 23 November 2026, 12:00 UTC: a window's start.
let noon: Int64 = 1_795_435_200_000
let hour: Int64 = 3_600_000
let day: Int64 = 86_400_000

func openStore(
    _ directory: String, _ time: ManualTime, _ change: (inout MetricStoreOptions) -> Void = { _ in }
) throws -> MetricStore {
    var options = MetricStoreOptions(directory: directory)
    change(&options)
    return try MetricStore(options, timeSource: time)
}

func series(_ name: String, _ camera: String) -> Labels { [Labels.metricName: name, "camera_id": camera] }

extension MetricStore {
    @discardableResult
    func append(_ labels: Labels, _ samples: [(Int64, Double)]) throws -> AppendOutcome {
        let ref = try resolve(labels)
        return try append(samples.map { RefSample(ref: ref, timestamp: $0.0, value: $0.1) })
    }

    func all(_ matchers: [Matcher] = [], _ range: TimeRange = .all) throws -> [SeriesColumn] {
        try select(matchers, in: range, sampleLimit: .max)
    }
}

extension SeriesColumn {
    /// Times and bits, which compare where NaN does not.
    var bits: [Int64: UInt64] {
        Dictionary(zip(timestamps, values.map(\.bitPattern)), uniquingKeysWith: { $1 })
    }
}
