import Base
import Foundation
import LogStore
import Model
import Synchronization
import Testing

/// A directory that goes with its owner.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "log-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}

/// A clock that stands until it is told to go on.
final class ManualTime: TimeSource {
    private let times: Mutex<(wall: Int64, steady: Int64)>

    init(_ time: Int64) { times = Mutex((time, 0)) }

    func now() -> Int64 { times.withLock { $0.wall } }
    func steady() -> Int64 { times.withLock { $0.steady } }
    func advance(_ milliseconds: Int64) {
        times.withLock { $0 = ($0.wall + milliseconds, $0.steady + milliseconds) }
    }

    /// Sets the clock, while no time passes.
    func setClock(by step: Int64) { times.withLock { $0.wall += step } }
}

/// 23 November 2026, 12:00 UTC.
let noon: Int64 = 1_795_435_200_000
let hour: Int64 = 3_600_000
let day: Int64 = 86_400_000

func openStore(
    _ directory: String, _ time: ManualTime, _ change: (inout LogStoreOptions) -> Void = { _ in }
) throws -> LogStore {
    var options = LogStoreOptions(directory: directory)
    change(&options)
    return try LogStore(options, timeSource: time)
}

func event(_ number: Int, at time: Int64, _ fields: [String: LogValue] = [:]) -> LogEvent {
    LogEvent(
        timestamp: time,
        fields: fields.merging([
            "message": .string("event number \(number)"), "number": .integer(Int64(number)),
            "level": .string(number % 10 == 0 ? "ERROR" : "INFO"),
        ]) { old, _ in old })
}

extension LogStore {
    func all(ascending: Bool = true, limit: Int = .max, in range: TimeRange = .all) throws -> [LogEvent] {
        try events(LogFilter(in: range, ascending: ascending, limit: limit))
    }

    func numbers(ascending: Bool = true, limit: Int = .max, in range: TimeRange = .all) throws -> [Int] {
        try all(ascending: ascending, limit: limit, in: range).compactMap {
            if case .integer(let number)? = $0.fields["number"] { Int(number) } else { nil }
        }
    }
}
