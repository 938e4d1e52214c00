import Base
import ConfigText
import Foundation
import LogShipping
import LogStore
import Model
import Synchronization
import TestSupport
import Testing

/// Keeps events and offsets in memory, and fails on demand.
final class MemoryAppender: LogAppender {
    struct DiskFull: Error, CustomStringConvertible {
        let description = "disk full"
    }

    struct State {
        var events: [LogEvent] = []
        var offsets: [String: TailOffset] = [:]
        var fails = false
        var failures = 0
    }

    let state = Mutex(State())

    func append(_ events: [LogEvent], offset: TailOffset?) throws {
        try state.withLock { state in
            if state.fails {
                state.failures += 1
                throw DiskFull()
            }
            state.events += events
            guard let offset else { return }
            state.offsets[offset.source] = offset.offset < 0 ? nil : offset
        }
    }

    var events: [LogEvent] { state.withLock { $0.events } }
    var messages: [String] { events.map(\.message) }
    var offsets: [TailOffset] { state.withLock { Array($0.offsets.values) } }
    /// Puts other offsets in the place of all.
    func replace(_ offsets: [TailOffset]) {
        state.withLock { $0.offsets = Dictionary(offsets.map { ($0.source, $0) }) { $1 } }
    }
    func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }
}

/// What a `filebeat.yml` says, and what is told of it.
func filebeat(_ text: String) -> (config: FilebeatConfig?, problems: [ConfigProblem]) {
    let problems = ProblemList()
    return (FilebeatReader.read(text, path: "filebeat.yml", problems: problems), problems.all)
}

func input(_ paths: String...) -> FilebeatConfig { config(paths) { _ in } }

func input(_ paths: String..., change: (inout FilebeatInput) throws -> Void) rethrows -> FilebeatConfig {
    try config(paths, change)
}

private func config(_ paths: [String], _ change: (inout FilebeatInput) throws -> Void) rethrows -> FilebeatConfig {
    var input = FilebeatInput(
        id: "test-input", kind: .filestream, position: SourcePosition(file: "filebeat.yml", line: 1, column: 1),
        paths: paths)
    input.scanFrequency = .milliseconds(100)
    try change(&input)
    var config = FilebeatConfig()
    config.inputs = [input]
    return config
}

func shipper(_ config: FilebeatConfig, _ appender: any LogAppender, _ offsets: [TailOffset] = []) -> LogShipper {
    LogShipper(config: config, appender: appender, offsets: offsets, hostName: "host-1", version: "1.2.3")
}

extension LogShipper {
    /// Runs until `condition` holds, and then stops in an orderly way.
    func run(until condition: @escaping @Sendable () throws -> Bool) async throws {
        let task = Task { await self.run() }
        do {
            _ = try await eventually("what was to be shipped; status \(snapshot())") { try condition() ? true : nil }
        } catch {
            task.cancel()
            await task.value
            throw error
        }
        task.cancel()
        await task.value
    }

    /// Runs long enough for several passes, and stops.
    func runForAWhile(_ time: Duration = .milliseconds(700)) async throws {
        let task = Task { await self.run() }
        try await Task.sleep(for: time)
        task.cancel()
        await task.value
    }
}

/// Appends to a file as a program that logs does.
func append(_ text: String, to path: String) throws {
    guard let handle = FileHandle(forWritingAtPath: path) else {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        return
    }
    defer { try? handle.close() }
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
}

func lines(_ range: Range<Int>) -> String { range.map { "line \($0)\n" }.joined() }

func names(_ range: Range<Int>) -> [String] { range.map { "line \($0)" } }
