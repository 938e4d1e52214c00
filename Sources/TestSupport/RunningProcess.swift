public import Foundation
internal import Synchronization

/// A program that a test started, and what it printed. It is killed when the test lets go of it.
public final class RunningProcess: Sendable {
    private struct Output {
        var bytes: [UInt8] = []
        var isComplete = false
    }

    public let pid: Int32
    private let output: OutputBox
    private let lifeline: FileHandle

    private final class OutputBox: Sendable {
        let state = Mutex(Output())
    }

    /// Starts `executable` with its standard input held open: a program that ends at its end never outlives the test.
    public init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:], directory: String? = nil
    ) throws {
        let process = Process()
        process.executableURL = URL(filePath: executable.contains("/") ? executable : "/usr/bin/env")
        process.arguments = executable.contains("/") ? arguments : [executable] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        if let directory { process.currentDirectoryURL = URL(filePath: directory) }
        let input = Pipe()
        let printed = Pipe()
        process.standardInput = input
        process.standardOutput = printed
        process.standardError = printed
        let box = OutputBox()
        try process.run()
        let descriptor = printed.fileHandleForReading
        Thread.detachNewThread {
            while case let data = descriptor.availableData, !data.isEmpty {
                box.state.withLock { $0.bytes += data }
            }
            box.state.withLock { $0.isComplete = true }
        }
        pid = process.processIdentifier
        output = box
        lifeline = input.fileHandleForWriting
    }

    deinit {
        try? lifeline.close()
        kill(pid, SIGKILL)
    }

    /// Everything printed so far, to standard output and standard error.
    public var printed: String { String(decoding: output.state.withLock(\.bytes), as: UTF8.self) }

    /// Writes to the program's standard input.
    public func write(_ text: String) throws { try lifeline.write(contentsOf: Data(text.utf8)) }

    public var isRunning: Bool { kill(pid, 0) == 0 && !isZombie }

    private var isZombie: Bool {
        let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        return status?.split(separator: ")").last?.hasPrefix(" Z") ?? true
    }

    /// Sends a signal: `SIGTERM`, `SIGKILL` ….
    public func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for a line of the output that matches, and returns its first group (or the whole match).
    public func line(
        matching pattern: Regex<AnyRegexOutput>, within limit: Duration = .seconds(30)
    ) async throws -> String {
        try await eventually("a line that matches, in: \(printed)", within: limit) {
            guard let match = self.printed.firstMatch(of: pattern) else { return nil }
            return match.output.dropFirst().first?.substring.map(String.init) ?? String(match.output[0].substring ?? "")
        }
    }

    /// Waits until the program has ended and all that it printed is here.
    public func end(within limit: Duration = .seconds(20)) async throws {
        _ = try await eventually("process \(pid) to end", within: limit) { self.isRunning ? nil : true }
        // A child that lives on may hold the pipe open, so the rest of the output is waited for a while only.
        for _ in 0..<50 where !output.state.withLock(\.isComplete) { try await Task.sleep(for: .milliseconds(10)) }
    }
}
