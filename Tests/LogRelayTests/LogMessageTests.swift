import Base
import Codecs
import Model
import TestSupport
import Testing

@testable import LogRelay
@testable import LogStore

@Suite("Messages of agents")
struct LogMessageTests {
    private static let sender = LogMessage.Sender(identity: String(repeating: "0a", count: 16), name: "node-1")

    private static func read(_ bytes: [UInt8], _ bounds: EventBounds = EventBounds()) throws(LogMessageError)
        -> LogMessage
    {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(LogMessageError) in try LogMessage(bytes, bounds: bounds) }
        }
        return try result.get()
    }

    @Test("events come out as they went in, of any kind and number")
    func roundTrip() throws {
        var generator = SeededGenerator(for: "messages of agents")
        for count in [0, 1, 7, 300, 2_500] {
            let events = generator.events(count)
            let position = RelayPosition(number: Int64(count), checksum: generator.next())
            let message = try Self.read(LogMessage.encode(Self.sender, position, pieces: pieces(events)))
            #expect(message.events == events)
            #expect(message.sender == Self.sender && message.position == position)
            #expect(message.next.number == position.number + (count == 0 ? 0 : 1))
        }
    }

    @Test("events with more names than a block may have are within its bound")
    func manyNames() throws {
        let events = (0..<40).map { number in
            LogEvent(
                timestamp: 1,
                fields: Dictionary(
                    uniqueKeysWithValues: (0..<100).map { ("n\(number * 100 + $0)", .integer(Int64($0))) }))
        }
        let message = try Self.read(LogMessage.encode(Self.sender, .start, pieces: pieces(events)))
        #expect(Set(message.events.flatMap(\.fields.keys)).count == FieldLimit.mostNames + 1)
    }

    @Test("damaged bytes are an error or other events, and never more than that")
    func damaged() throws {
        var generator = SeededGenerator(for: "damaged messages of agents")
        let whole = LogMessage.encode(
            Self.sender, RelayPosition(number: 3, checksum: 4), pieces: pieces(generator.events(40)))
        var read = 0
        for _ in 0..<3_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes.removeLast(Int.random(in: 0..<bytes.count / 2, using: &generator))
                case 1: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: bytes.count / 2)
                case 2: bytes[bytes.count / 3] = UInt8.random(in: .min ... .max, using: &generator)
                default:
                    let place = Int.random(in: bytes.indices, using: &generator)
                    bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
                }
            }
            guard let message = try? Self.read(bytes) else { continue }
            read += 1
            // The store takes whatever is read.
            let again = EventRowsEncoder.encode(message.events)
            try again.withUnsafeBytes { bytes in
                var reader = try EventRowsReader(bytes)
                var count = 0
                while try reader.next() { count += 1 }
                #expect(count == message.events.count)
            }
        }
        #expect(read > 0)
    }

    /// A piece of rows that are written by hand.
    private static func piece(_ write: (inout [UInt8]) -> Void) -> [UInt8] {
        var rows: [UInt8] = [EventRows.version]
        write(&rows)
        var bytes: [UInt8] = []
        bytes.appendCounted(rows)
        return LogMessage.encode(sender, .start, pieces: bytes)
    }

    /// An event of `count` fields without a name before, all null.
    private static func event(_ count: Int, to bytes: inout [UInt8]) {
        bytes.appendFixed64(1)
        bytes.appendVarint(0)
        bytes.appendVarint(count)
        for number in 0..<count {
            bytes.appendVarint(0)
            bytes.appendVarint(number)
            bytes.appendCounted(Array("n\(number)".utf8))
            bytes.append(EventRows.Tag.null)
        }
    }

    @Test("few bytes cannot unfold into much: each bound is kept, and named")
    func bounds() throws {
        var bounds = EventBounds()
        bounds.events = 10
        bounds.fields = 20
        bounds.values = 100
        bounds.textBytes = 50
        let cases: [(what: String, bytes: [UInt8])] = [
            ("10 events", Self.piece { for _ in 0..<11 { Self.event(0, to: &$0) } }),
            ("20 fields", Self.piece { Self.event(21, to: &$0) }),
            (
                "100 elements in arrays",
                Self.piece { bytes in
                    Self.event(0, to: &bytes)
                    bytes.removeLast()
                    bytes += [1, 0, 0, 1, UInt8(ascii: "a"), EventRows.Tag.array]
                    bytes.appendVarint(200)
                    bytes += [UInt8](repeating: EventRows.Tag.null, count: 200)
                }
            ),
            (
                "100 values",
                Self.piece { bytes in
                    for number in 0..<3 {
                        Self.event(0, to: &bytes)
                        bytes.removeLast()
                        bytes += number == 0 ? [1, 0, 0, 1, UInt8(ascii: "a")] : [1, 1]
                        bytes += [EventRows.Tag.array, 40] + [UInt8](repeating: EventRows.Tag.null, count: 40)
                    }
                }
            ),
            (
                "50 bytes in a text",
                Self.piece { bytes in
                    Self.event(0, to: &bytes)
                    bytes.removeLast()
                    bytes += [1, 0, 0, 1, UInt8(ascii: "a"), EventRows.Tag.string]
                    bytes.appendCounted([UInt8](repeating: 97, count: 51))
                }
            ),
        ]
        for (what, bytes) in cases {
            let error = #expect(throws: LogMessageError.self) { try Self.read(bytes, bounds) }
            #expect(error?.code == .malformed && error?.description.contains(what) == true, "\(what): \(error as Any)")
        }
    }

    @Test("what no agent writes is an error")
    func malformed() throws {
        func named(_ fields: [UInt8], count: UInt8) -> [UInt8] {
            Self.piece { bytes in
                Self.event(0, to: &bytes)
                bytes.removeLast()
                bytes.append(count)
                bytes += fields
            }
        }
        let cases: [(what: String, bytes: [UInt8])] = [
            ("nothing", []),
            ("no identity", LogMessage.encode(.init(identity: "A", name: "node"), .start, pieces: [])),
            ("no name", LogMessage.encode(.init(identity: Self.sender.identity, name: ""), .start, pieces: [])),
            (
                "a piece that is cut off",
                Array(LogMessage.encode(Self.sender, .start, pieces: pieces(lines(0..<3))).dropLast())
            ),
            ("an unknown piece", LogMessage.encode(Self.sender, .start, pieces: [1, 99])),
            ("a name twice in an event", named([0, 0, 1, 97, 0, 1, 0], count: 2)),
            ("a name defined twice", named([0, 0, 1, 97, 0, 0, 1, 1, 97, 0], count: 2)),
            ("a name that is not there", named([7, 0], count: 1)),
            ("an unknown kind of value", named([0, 0, 1, 97, 200], count: 1)),
            (
                "arrays too deep",
                named([0, 0, 1, 97] + (0..<64).flatMap { _ in [EventRows.Tag.array, 1] } + [0], count: 1)
            ),
        ]
        for (what, bytes) in cases {
            let error = #expect(throws: LogMessageError.self, "\(what)") { try Self.read(bytes) }
            #expect(error?.code == .malformed, "\(what)")
        }
        let newer = #expect(throws: LogMessageError.self) { try Self.read([2]) }
        #expect(newer?.code == .unknownVersion)
    }

    @Test("a long name is cut to whole characters")
    func longName() throws {
        let name = LogMessage.shortened(String(repeating: "é", count: 300))
        #expect(name == String(repeating: "é", count: 127))
    }
}
