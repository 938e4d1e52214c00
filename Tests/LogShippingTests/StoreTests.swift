import Base
import Foundation
import Listening
import LogShipping
import LogStore
import Model
import Patterns
import Synchronization
import TestSupport
import Testing

/// A store whose process ends: after some appends it takes no more, half of the time after it has stored the last one.
private final class DyingAppender: LogAppender {
    struct Dead: Error {}

    private let store: LogStore
    private let left: Mutex<Int>
    /// Whether the last append is stored and not acknowledged.
    private let hidesLast: Bool

    init(_ store: LogStore, appends: Int, hidesLast: Bool) {
        self.store = store
        self.hidesLast = hidesLast
        left = Mutex(appends)
    }

    var isDead: Bool { left.withLock { $0 <= 0 } }

    func append(_ events: [LogEvent], offset: TailOffset?) throws {
        let life = left.withLock { left in
            left -= 1
            return left
        }
        if life < 0 { throw Dead() }
        try store.append(events, offset: offset)
        if life == 0, hidesLast { throw Dead() }
    }
}

@Suite("Shipping into the store")
struct StoreTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/logs/app.log"
        try FileManager.default.createDirectory(atPath: directory.path + "/logs", withIntermediateDirectories: true)
    }

    private func store() throws -> LogStore {
        var options = LogStoreOptions(directory: directory.path + "/store")
        options.blockEvents = 40
        return try LogStore(options)
    }

    @Test("stores each line once though the process ends again and again while files rotate")
    func kills() async throws {
        // Rotated names are followed too: a file that comes and is renamed while nothing can be stored is found again.
        let config = input(directory.path + "/logs/app.log*")
        var written = 0
        var generator = SeededGenerator(for: "a store that dies")
        for round in 0..<8 {
            let store = try store()
            let appender = DyingAppender(store, appends: 1 + round % 4, hidesLast: generator.chance(50))
            let shipper = shipper(config, appender, try store.tailOffsets())
            let task = Task { await shipper.run() }
            for step in 0..<6 {
                try append(lines(written..<(written + 10)), to: path)
                written += 10
                if step == 3 {
                    try FileManager.default.moveItem(atPath: path, toPath: path + ".\(round)")
                    try append(lines(written..<(written + 3)), to: path + ".\(round)")
                    written += 3
                }
                try await Task.sleep(for: .milliseconds(100))
            }
            if round % 2 == 0 { try store.upkeep() }
            task.cancel()
            await task.value
            store.close()
        }
        let last = try store()
        let total = written
        try await shipper(config, last, try last.tailOffsets()).run { last.statistics.events >= total }
        try await shipper(config, last, try last.tailOffsets()).runForAWhile()
        let found = try last.events(LogFilter(ascending: true)).map(\.message)
        #expect(found.count == written && Set(found) == Set(names(0..<written)))
        last.close()
    }

    /// The generator of logs that knows what is in them, where the environment says it lies.
    private static let generator = ProcessInfo.processInfo.environment["VMSLOG"]

    @Test(
        "agrees with a generator of logs on every event",
        .enabled(if: generator != nil, "VMSLOG does not say where vmslog.py is"))
    func oracle() async throws {
        let script = try #require(Self.generator)
        let count = Int(ProcessInfo.processInfo.environment["VMSLOG_EVENTS"] ?? "") ?? 20_000
        let root = directory.path + "/vms"
        var random = SeededGenerator(for: "a generator of logs")
        let seed = Int.random(in: 1...100_000, using: &random)
        let generator = try RunningProcess(
            "python3",
            [script, "--out", root, "--events", "\(count)", "--seed", "\(seed)", "--start", "2026-11-20T00:00:00Z"])
        try await generator.end(within: .seconds(300))
        let store = try store()
        var config = try Self.config(root)
        // The generator writes times of Greenwich, wherever this machine is.
        config.timeZone = "UTC"
        let shipper = shipper(config, store, [])
        let clock = ContinuousClock()
        let start = clock.now
        let task = Task { await shipper.run() }
        _ = try await eventually("\(count) events", within: .seconds(600)) {
            shipper.snapshot().reduce(0) { $0 + $1.counts.events } >= count ? true : nil
        }
        task.cancel()
        await task.value
        print("shipped \(count) events in \(clock.now - start)")
        let shipped = try store.events(LogFilter(ascending: true))
        #expect(shipped.count == count)
        var found: [String: LogEvent] = [:]
        for event in shipped {
            if case .string(let path)? = event["log.file.path"], case .integer(let offset)? = event["log.offset"] {
                found["\(path.dropFirst(root.count)):\(offset)"] = event
            }
        }
        for line in try String(contentsOfFile: root + "/expected.ndjson", encoding: .utf8).split(separator: "\n") {
            let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let path = try #require(object["log.file.path"] as? String)
            let offset = try #require(object["log.offset"] as? Int)
            guard let event = found["\(path):\(offset)"] else {
                Issue.record("\(path) at \(offset) is missing")
                continue
            }
            for name in ["message", "component", "level", "camera_id", "event", "user"] {
                let wanted = (object[name] as? String).map(LogValue.string)
                // No line has a level that the generator did not give it.
                if event[name] != wanted, wanted != nil || name == "level" {
                    Issue.record("\(name) of \(path) at \(offset): \(String(describing: event[name]))")
                }
            }
            let time = try #require((object["@timestamp"] as? String).flatMap(Self.time))
            // An access log has whole seconds, and the generator rounds once up and once down.
            let isInSecond = path.hasSuffix("access.log") && event.timestamp / 1_000 == time / 1_000
            // Of a line that was cut off the time may be gone.
            let text = (object["message"] as? String) ?? ""
            let isCut = object["error.type"] != nil && text.utf8.count < 42
            if abs(event.timestamp - time) > 1, !isInSecond, !isCut {
                Issue.record("time of \(path) at \(offset): \(event.timestamp)")
            }
        }
        store.close()
    }

    private static func time(_ text: String) -> Int64? {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        return formatter.date(from: text).map { Int64(($0.timeIntervalSince1970 * 1_000).rounded()) }
    }

    private static func config(_ root: String) throws -> FilebeatConfig {
        var config = FilebeatConfig()
        let parts = [
            ("recording", "var/log/vms/recording-engine/*.log"), ("api", "var/log/vms/api/*.log"),
            ("auth", "var/log/vms/auth/*.log"), ("nginx", "var/log/nginx/access.log"),
        ]
        for (name, path) in parts {
            var input = try #require(input(root + "/" + path).inputs.first)
            input.id = name
            input.fields = ["component": name]
            if name == "recording" {
                var multiline = FilebeatInput.Multiline(pattern: try Pattern(#"^\d{4}-\d{2}-\d{2}"#), match: .after)
                multiline.negate = true
                input.multiline = multiline
            }
            if name == "api" || name == "auth" {
                var json = FilebeatInput.JSON()
                json.keysUnderRoot = true
                json.overwriteKeys = true
                json.addErrorKey = true
                input.json = json
            }
            config.inputs.append(input)
        }
        return config
    }
}
