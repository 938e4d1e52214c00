import Base
import Codecs
import Foundation
import LogStore
import Model
import Synchronization
import TestSupport

@testable import LogRelay

/// Keeps events and offsets in memory, and fails on demand.
final class MemoryStore: LogAppender {
    struct Full: Error, CustomStringConvertible { let description = "no space left" }

    struct State {
        var events: [LogEvent] = []
        var offsets: [String: TailOffset] = [:]
        var fails = false
    }

    let state = Mutex(State())

    func append(_ events: [LogEvent], offset: TailOffset?) throws {
        try state.withLock { state in
            if state.fails { throw Full() }
            state.events += events
            if let offset { state.offsets[offset.source] = offset }
        }
    }

    var messages: [String] { state.withLock { $0.events.map(\.message) } }
    var offsets: [TailOffset] { state.withLock { Array($0.offsets.values) } }
}

func line(_ number: Int) -> LogEvent {
    LogEvent(timestamp: 1_700_000_000_000 + Int64(number), fields: ["message": .string("line \(number)")])
}

func lines(_ range: Range<Int>) -> [LogEvent] { range.map(line) }

func names(_ range: Range<Int>) -> [String] { range.map { "line \($0)" } }

func offset(_ number: Int) -> TailOffset {
    TailOffset(source: "app::1-2", path: "/var/log/app.log", offset: Int64(number))
}

/// The pieces of events as they stand in a message.
func pieces(_ events: [LogEvent]) -> [UInt8] {
    EventPieces.encode(events).reduce(into: []) { $0.appendCounted($1.bytes) }
}

extension LogSpool.Outgoing {
    /// The message as it is sent, before it is compressed.
    var bytes: [UInt8] {
        LogMessage.encode(LogMessage.Sender(identity: identity, name: "node-1"), position, pieces: pieces)
    }
}

extension LogReceiver {
    func receive(_ bytes: [UInt8]) throws -> Receipt { try bytes.withUnsafeBytes { try receive($0) } }
}

/// A spool in a folder of its own.
func spool(_ folder: TemporaryDirectory, _ name: String = "ship", maxBytes: Int64 = 1 << 30) throws -> LogSpool {
    try LogSpool(directory: folder.path + "/" + name, maxBytes: maxBytes)
}

/// Sends all that waits, as a sender does whose server always answers.
/// - Returns: how many messages it were.
@discardableResult
func drain(_ spool: LogSpool, into receiver: LogReceiver) throws -> Int {
    var count = 0
    while true {
        let message = try spool.next()
        if message.through == 0 { return count }
        _ = try receiver.receive(message.bytes)
        try spool.acknowledge(message)
        count += 1
    }
}

/// Copies a spool as it is now, as the end of its process or a copy of its folder leaves it.
func copy(_ folder: TemporaryDirectory, _ name: String, to other: String) throws {
    try FileManager.default.copyItem(atPath: "\(folder.path)/\(name)", toPath: "\(folder.path)/\(other)")
}

extension SeededGenerator {
    mutating func value(depth: Int = 0) -> LogValue {
        switch Int.random(in: 0..<(depth < 3 ? 8 : 7), using: &self) {
        case 0: .null
        case 1: .boolean(chance(50))
        case 2: .integer(Int64.random(in: .min ... .max, using: &self))
        case 3: .double(Double.random(in: -1e9...1e9, using: &self))
        case 4: .string("")
        case 5, 6: .string(String((0..<Int.random(in: 1..<40, using: &self)).map { _ in pick(Array("abc ü日=\n\"7")) }))
        default: .array((0..<Int.random(in: 0..<4, using: &self)).map { _ in value(depth: depth + 1) })
        }
    }

    /// Events of some inputs, with fields of their own.
    mutating func events(_ count: Int) -> [LogEvent] {
        let shared = (0..<3).map {
            LogFields.Shared(["input.type": .string("filestream"), "host.name": .string("h\($0)")])
        }
        let names = (0..<12).map { "field.\($0)" }
        return (0..<count).map { _ in
            var fields = LogFields(sharing: chance(80) ? pick(shared) : nil)
            for name in names where chance(30) { fields[name] = value() }
            return LogEvent(timestamp: Int64.random(in: 0..<4_000_000_000_000, using: &self), fields: fields)
        }
    }
}
