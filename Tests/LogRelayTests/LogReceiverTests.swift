import Base
import LogStore
import Model
import Synchronization
import TestSupport
import Testing

@testable import LogRelay

@Suite("The receiver of agents' logs")
struct LogReceiverTests {
    private static let sender = LogMessage.Sender(identity: String(repeating: "0a", count: 16), name: "node-1")

    private static func message(_ position: RelayPosition, _ events: [LogEvent]) -> [UInt8] {
        LogMessage.encode(sender, position, pieces: pieces(events))
    }

    private static func behind(_ position: RelayPosition, _ events: [LogEvent]) -> RelayPosition {
        pieces(events).withUnsafeBytes { position.advanced(by: $0) }
    }

    @Test("a message that comes again adds nothing and is answered as before, also after a restart")
    func repeated() throws {
        let store = MemoryStore()
        let receiver = LogReceiver(store: store, offsets: [])
        let message = Self.message(.start, lines(0..<5))
        #expect(try receiver.receive(message) == .init(number: 1, events: 5))
        #expect(try receiver.receive(message) == .init(number: 1, events: 0))
        let later = LogReceiver(store: store, offsets: store.offsets)
        #expect(try later.receive(message) == .init(number: 1, events: 0))
        let second = Self.message(Self.behind(.start, lines(0..<5)), lines(5..<7))
        #expect(try later.receive(second) == .init(number: 2, events: 2))
        #expect(store.messages == names(0..<7))
        #expect(receiver.agents.map(\.repeats) == [1] && later.agents.map(\.repeats) == [1])
        #expect(later.agents.first?.name == "node-1" && later.agents.first?.events == 2)
        #expect(store.offsets.filter(LogReceiver.isAgent).count == 1)
    }

    @Test("what the store cannot take is taken when it comes again")
    func storeFails() throws {
        let store = MemoryStore()
        let receiver = LogReceiver(store: store, offsets: [])
        store.state.withLock { $0.fails = true }
        #expect(throws: MemoryStore.Full.self) { try receiver.receive(Self.message(.start, lines(0..<5))) }
        store.state.withLock { $0.fails = false }
        #expect(try receiver.receive(Self.message(.start, lines(0..<5))).events == 5)
        #expect(store.messages == names(0..<5))
    }

    @Test("messages that are missing are counted and told, and what comes is stored")
    func gap() throws {
        let store = MemoryStore()
        let receiver = LogReceiver(store: store, offsets: [])
        _ = try receiver.receive(Self.message(.start, lines(0..<1)))
        #expect(receiver.findings.isEmpty)
        let receipt = try receiver.receive(Self.message(RelayPosition(number: 4, checksum: 7), lines(1..<2)))
        #expect(receipt == .init(number: 5, events: 1))
        #expect(receiver.agents.map(\.missing) == [3])
        #expect(receiver.findings.contains { $0.text.contains("3 messages") && $0.text.contains("node-1") })
        #expect(store.messages == names(0..<2))
        // An agent that was with another server before is not missing anything here.
        let other = LogReceiver(store: MemoryStore(), offsets: [])
        _ = try other.receive(Self.message(RelayPosition(number: 4, checksum: 7), lines(1..<2)))
        #expect(other.agents.map(\.missing) == [0])
    }

    @Test("two agents that went on from a copy of one data directory are noticed, and no line of either is lost")
    func copied() throws {
        let folder = try TemporaryDirectory()
        let store = MemoryStore()
        let receiver = LogReceiver(store: store, offsets: [])
        let first = try spool(folder)
        try first.append(lines(0..<3), offset: offset(3))
        try drain(first, into: receiver)
        try copy(folder, "ship", to: "copy")
        let second = try spool(folder, "copy")
        for round in 0..<3 {
            let numbers = (10 * (round + 1))..<(10 * (round + 1) + 2)
            try first.append(numbers.map { line($0) }, offset: offset(numbers.upperBound))
            try drain(first, into: receiver)
        }
        // The copy is three messages behind, or of the same number, or ahead: never taken for the first one.
        try second.append(lines(100..<103), offset: offset(103))
        let strange = try second.next()
        let refusal = #expect(throws: LogMessageRefused.self) { try receiver.receive(strange.bytes) }
        #expect(refusal?.reason == .identity)
        try second.renewIdentity()
        try drain(second, into: receiver)
        try first.append(lines(50..<51), offset: offset(60))
        try drain(first, into: receiver)
        #expect(
            Set(store.messages) == Set(names(0..<3) + [10, 11, 20, 21, 30, 31, 50, 100, 101, 102].map { "line \($0)" }))
        #expect(store.messages.count == 13)
    }

    @Test("a copy that is the first to go on is taken for the agent, and the agent itself noticed then")
    func copyFirst() throws {
        let folder = try TemporaryDirectory()
        let store = MemoryStore()
        let receiver = LogReceiver(store: store, offsets: [])
        let first = try spool(folder)
        try first.append(lines(0..<3), offset: offset(3))
        try drain(first, into: receiver)
        try copy(folder, "ship", to: "copy")
        let second = try spool(folder, "copy")
        try second.append(lines(10..<11), offset: offset(4))
        try drain(second, into: receiver)
        try first.append(lines(3..<4), offset: offset(4))
        #expect(throws: LogMessageRefused.self) { try drain(first, into: receiver) }
        try first.renewIdentity()
        try drain(first, into: receiver)
        #expect(store.messages == ["line 0", "line 1", "line 2", "line 10", "line 3"])
    }

    @Test("an agent that has nothing to send is heard, and told once it is silent")
    func presence() throws {
        final class Clock: TimeSource {
            let time: Mutex<Int64> = Mutex(1_700_000_000_000)
            func now() -> Int64 { time.withLock { $0 } }
        }
        let clock = Clock()
        let store = MemoryStore()
        let receiver = LogReceiver(store: store, offsets: [], timeSource: clock)
        #expect(try receiver.receive(Self.message(.start, [])) == .init(number: 0, events: 0))
        _ = try receiver.receive(Self.message(.start, lines(0..<1)))
        _ = try receiver.receive(Self.message(Self.behind(.start, lines(0..<1)), []))
        #expect(receiver.agents.map(\.messages) == [1] && store.offsets.count == 1)
        #expect(throws: LogMessageRefused.self) { try receiver.receive(Self.message(.start, [])) }
        clock.time.withLock { $0 += 60_000 }
        #expect(receiver.findings.isEmpty)
        clock.time.withLock { $0 += 180_000 }
        #expect(receiver.findings.map(\.text).first?.contains("node-1 was last heard 4m ago") == true)
        clock.time.withLock { $0 += 86_400_000 }
        #expect(receiver.findings.isEmpty)
    }
}
