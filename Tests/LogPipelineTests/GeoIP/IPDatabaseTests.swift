import Foundation
import Testing

@testable import LogPipeline

@Suite("Databases of addresses")
struct IPDatabaseTests {
    private static let hanoi: IPValue = .fields([
        "city": .fields(["names": .fields(["en": .text("Hanoi"), "vi": .text("Hà Nội")])]),
        "location": .fields(["latitude": .number(21.0292), "longitude": .number(105.8526)]),
        "far": .integer(-5), "many": .integer(1 << 40), "is": .flag(true), "raw": .bytes([1, 2]),
        "long": .text(String(repeating: "long ", count: 100)),
        "list": .list((0..<40).map { .integer($0) }),
    ])

    private static func writer(_ ipVersion: Int, _ recordSize: Int) -> DatabaseWriter {
        DatabaseWriter(
            ipVersion: ipVersion, recordSize: recordSize,
            networks: [("1.52.0.0/14", hanoi), ("10.1.2.3/32", .text("one")), ("128.0.0.0/1", hanoi)]
                + (ipVersion == 6 ? [("2001:db8::/32", .text("six")), ("fe80::1/128", .text("link"))] : []))
    }

    @Test(
        "give what is known of a network, whatever the size of their records",
        arguments: [4, 6], [24, 28, 32])
    func answers(ipVersion: Int, recordSize: Int) throws {
        try Self.writer(ipVersion, recordSize).withFile { path in
            let database = try IPDatabase(path: path)
            #expect(database.metadata.type == "Test-City" && database.metadata.buildTime == 1_795_672_800)
            #expect(try database.answer(for: "1.54.7.8") == .init(value: Self.hanoi, prefixLength: 14))
            #expect(try database.answer(for: "::ffff:1.54.7.8")?.value == Self.hanoi)
            #expect(try database.answer(for: "10.1.2.3") == .init(value: .text("one"), prefixLength: 32))
            #expect(try database.answer(for: "255.255.255.255")?.prefixLength == 1)
            #expect(try database.answer(for: "10.1.2.4") == nil && database.answer(for: "1.56.0.0") == nil)
            for text in ["", "host", "1.2.3", "1.2.3.4.5", "10.1.2.3 "] {
                #expect(try database.answer(for: text) == nil)
            }
            let six = try database.answer(for: "2001:db8:7::1")
            #expect(six == (ipVersion == 6 ? .init(value: .text("six"), prefixLength: 32) : nil))
            #expect(try database.answer(for: "fe80::1%eth0")?.value == (ipVersion == 6 ? .text("link") : nil))
        }
    }

    @Test("follow pointers, far ones too")
    func pointers() throws {
        let names = (0..<600).map { "a name of some length, number \($0)" }
        let networks = (0..<1_200).map { index in
            (network: "10.0.\(index / 256).\(index % 256)/32", value: IPValue.text(names[index % 600]))
        }
        try DatabaseWriter(networks: networks).withFile { path in
            let database = try IPDatabase(path: path)
            for (network, value) in networks {
                #expect(try database.answer(for: String(network.prefix { $0 != "/" }))?.value == value)
            }
        }
    }

    @Test("that are none are refused with the mend")
    func refused() throws {
        let cases: [(bytes: [UInt8], message: String)] = [
            (Array("no database".utf8), "has to be unpacked"), ([], "has to be unpacked"),
            (DatabaseWriter(formatVersion: 3).bytes(), "is not version 2"),
            (DatabaseWriter(recordSize: 40).bytes(), "download it again"),
            (Array(Self.writer(6, 24).bytes().dropFirst(2_000)), "shorter than its own tree"),
        ]
        for (bytes, message) in cases {
            try DatabaseWriter.withFile(bytes) { path in
                let error = #expect(throws: IPDatabaseError.self) { _ = try IPDatabase(path: path) }
                #expect(error?.path == path && error?.description.contains(message) == true, "\(message)")
            }
        }
        let error = #expect(throws: IPDatabaseError.self) { _ = try IPDatabase(path: "/nowhere/a.mmdb") }
        #expect(error?.description.hasPrefix("cannot read address database /nowhere/a.mmdb: ") == true)
    }

    @Test("that are damaged anywhere give an error or some answer, and always end")
    func damaged() throws {
        let whole = Self.writer(6, 28).bytes()
        for index in stride(from: 0, to: whole.count, by: 41) {
            for byte in [UInt8(0xff), 0x20, whole[index] ^ 0x10] {
                var bytes = whole
                bytes[index] = byte
                try DatabaseWriter.withFile(bytes) { path in
                    guard let database = try? IPDatabase(path: path) else { return }
                    for address in ["1.54.7.8", "10.1.2.3", "2001:db8::1", "::"] {
                        _ = try? database.answer(for: address)
                    }
                }
            }
        }
    }

    @Test("that are cut short while they are open give an error")
    func cut() throws {
        var writer = Self.writer(6, 32)
        writer.networks += (0..<400).map {
            ("11.0.\($0 / 256).\($0 % 256)/32", .text(String(repeating: "x\($0)", count: 300)))
        }
        try writer.withFile { path in
            let database = try IPDatabase(path: path)
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.truncate(atOffset: 10)
            let errors = (0..<400).filter { index in
                (try? database.answer(for: "11.0.\(index / 256).\(index % 256)")) == nil
            }
            #expect(!errors.isEmpty)
        }
    }

    @Test("that point at themselves in a circle are not followed for ever")
    func circles() throws {
        // A list of one that points at itself.
        let writer = DatabaseWriter(networks: [("10.1.2.3/32", .list([.text("xy")]))])
        var bytes = writer.bytes()
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: [1, 4, 0x42, 0x78, 0x79]) })
        bytes[place + 2] = 0x20
        bytes[place + 3] = 0
        try DatabaseWriter.withFile(bytes) { path in
            let database = try IPDatabase(path: path)
            let error = #expect(throws: IPDatabaseError.self) { _ = try database.answer(for: "10.1.2.3") }
            #expect(error?.cause.contains("too many values in one another") == true)
        }
    }
}
