import Base
import Model
import Testing

@testable import Telemetry

@Suite("Readers of bytes")
struct CursorTests {
    /// Every byte that may be read is within the bounds of an allocation of its own, so that AddressSanitizer sees others.
    private func withExactly<Result>(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
        -> Result
    {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { memory.deallocate() }
        memory.copyBytes(from: bytes)
        return try body(UnsafeRawBufferPointer(memory))
    }

    @Test("protobuf: fields are read one after the other, as its own reader reads them")
    func fields() throws {
        var message = Wire.varint(1, 5) + Wire.varint(2, .max) + Wire.fixed64(3, 7) + Wire.bytes(4, [1, 2, 3])
        message += [5 << 3 | 5, 1, 2, 3, 4] + Wire.bytes(6, [])
        try withExactly(message) { bytes in
            var cursor = WireCursor(bytes)
            var other = ProtobufReader(bytes)
            while let (field, value) = other.next() {
                let tag = try cursor.varint()
                #expect(tag >> 3 == field)
                switch value {
                case .varint(let number):
                    let read = try cursor.varint()
                    #expect(tag & 7 == 0 && read == number)
                case .fixed64(let number):
                    let read = try cursor.fixed64()
                    #expect(tag & 7 == 1 && read == number)
                case .fixed32(let number):
                    let read = try cursor.fixed32()
                    #expect(tag & 7 == 5 && read == number)
                case .bytes(let content):
                    let slice = try cursor.counted()
                    #expect(tag & 7 == 2 && cursor.content(slice).elementsEqual(content))
                }
                #expect(cursor.position == other.offset)
            }
            #expect(cursor.isAtEnd)
        }
    }

    @Test("protobuf: nothing behind the end is read, of the message or of one within it")
    func ends() {
        for bytes in [[], [0x80], [1, 2, 3], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]]
            as [[UInt8]]
        {
            withExactly(bytes) { bytes in
                func fails(_ read: (inout WireCursor) throws(OTLPError) -> Void) -> Bool {
                    var cursor = WireCursor(bytes)
                    do throws(OTLPError) { try read(&cursor) } catch { return true }
                    return false
                }
                #expect(fails { cursor throws(OTLPError) in _ = try cursor.fixed64() } == (bytes.count < 8))
                #expect(fails { cursor throws(OTLPError) in _ = try cursor.fixed32() } == (bytes.count < 4))
                #expect(fails { cursor throws(OTLPError) in _ = try cursor.counted() } == (bytes.first != 1))
                #expect(fails { cursor throws(OTLPError) in _ = try cursor.skip(4) })
            }
        }
        withExactly(Wire.bytes(1, [0x80]) + [1]) { bytes in
            #expect(throws: OTLPError.self) {
                var cursor = WireCursor(bytes)
                _ = try cursor.varint()
                var inner = try cursor.message()
                #expect(inner.remaining == 1)
                _ = try inner.varint()
            }
        }
    }

    /// What is read of a text of JSON: every value and name, in their order.
    private func read(_ text: String) throws -> [String] {
        try withExactly(Array(text.utf8)) { bytes in
            var cursor = JSONCursor(bytes)
            var found: [String] = []
            while let name = try read(&cursor, into: &found) { found.append(name) }
            guard cursor.isAtEnd() else { throw OTLPError("more") }
            return found
        }
    }

    private func read(_ cursor: inout JSONCursor, into found: inout [String]) throws -> String? {
        let before = cursor
        if try cursor.beginsObject() {
            while let name = try cursor.member() {
                found.append(String(decoding: cursor.content(name), as: UTF8.self))
                _ = try read(&cursor, into: &found)
            }
            return nil
        }
        cursor = before
        if try cursor.beginsList() {
            while try cursor.hasElement() { _ = try read(&cursor, into: &found) }
            return nil
        }
        cursor = before
        found.append(String(decoding: try cursor.plain(), as: UTF8.self))
        return nil
    }

    @Test(
        "JSON is read a value after the other",
        arguments: [
            (#"{}"#, []),
            (#" { "a" : [ 1 , true,"x\"y" , {} ,[]], "b":null} "#, ["a", "1", "true", #"x\"y"#, "b", "null"]),
            (#"[-1.5e+3,"\\"]"#, ["-1.5e+3", #"\\"#]), (#"{"a":{"b":{"c":"}"}}}"#, ["a", "b", "c", "}"]),
            (#""""#, [""]),
        ] as [(String, [String])])
    func json(text: String, parts: [String]) throws { #expect(try read(text) == parts) }

    @Test(
        "JSON that is damaged is an error",
        arguments: [
            "", " ", "{", "[", "\"", #""\""#, #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "[1,]", "[,1]", "[1 2]",
            #"{"a":1 "b":2}"#,
            #"{a:1}"#, "[1}", "{]", "]", "[1]]", "{} {}", "[\u{1}]", "[1;2]", #"{"a":1,,"b":2}"#,
        ])
    func damagedJSON(text: String) { #expect(throws: (any Error).self) { try read(text) } }

    @Test("JSON of any depth is skipped, and what is not closed is an error")
    func depth() throws {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        try withExactly(Array(deep.utf8)) { bytes in
            var cursor = JSONCursor(bytes)
            try cursor.skip()
            let isAtEnd = cursor.isAtEnd()
            #expect(isAtEnd)
        }
        withExactly(Array(deep.utf8.dropLast())) { bytes in
            #expect(throws: OTLPError.self) {
                var cursor = JSONCursor(bytes)
                try cursor.skip()
            }
        }
    }

    @Test(
        "escapes mean what JSON says",
        arguments: [
            (#"a\n\t\r\b\f\"\\\/"#, "a\n\t\r\u{8}\u{c}\"\\/"), (#"\u00e4\u20AC"#, "ä€"), (#"\ud83d\ude00"#, "😀"),
            (#"\ud83dx"#, "\u{fffd}x"), (#"\ude00"#, "\u{fffd}"), (#"\ud83d\u0041"#, "\u{fffd}A"), (#"\x"#, nil),
            (#"\u12"#, nil),
            (#"\u12g4"#, nil), (#"\"#, nil),
        ] as [(String, String?)])
    func escapes(text: String, meaning: String?) {
        var bytes: [UInt8] = []
        let read = withExactly(Array(text.utf8)) { text in
            Result { () throws(OTLPError) in try JSONCursor.unescape(text, to: &bytes) }
        }
        switch read {
        case .success: #expect(String(decoding: bytes, as: UTF8.self) == meaning)
        case .failure: #expect(meaning == nil)
        }
    }

    @Test(
        "numbers are read whole, and what is none is zero or nothing",
        arguments: [
            ("0", 0, 0, 0.0), ("18446744073709551615", .max, nil, 1.8446744073709552e19), ("-1", 0, -1, -1.0),
            ("-9223372036854775808", 0, .min, -9.223372036854775808e18),
            ("9223372036854775808", 1 << 63, nil, 9.223372036854775808e18),
            ("99999999999999999999", .max, nil, 1e20), ("1e3", 1_000, 1_000, 1e3), ("1.5", 0, nil, 1.5),
            ("", 0, nil, nil),
            ("-", 0, nil, nil), ("NaN", 0, nil, .nan), ("true", 0, nil, nil),
        ] as [(String, UInt64, Int64?, Double?)])
    func numbers(text: String, unsigned: UInt64, integer: Int64?, double: Double?) {
        withExactly(Array(text.utf8)) { text in
            #expect(JSONCursor.unsigned(text) == unsigned)
            #expect(JSONCursor.integer(text) == integer)
            #expect(JSONCursor.double(text)?.bitPattern == double?.bitPattern)
        }
    }

    @Test("bytes come back from base64, of either alphabet", arguments: 0...7)
    func base64(count: Int) throws {
        let content = (0..<count).map { UInt8(truncatingIfNeeded: 0xfb &- $0 &* 3) }
        var text: [UInt8] = []
        content.withUnsafeBytes { JSONText.writeBase64($0, to: &text) }
        let plain = Array(text.dropFirst().dropLast())
        let other = plain.map {
            $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0
        }
        for variant in [plain, other, other.filter { $0 != UInt8(ascii: "=") }] {
            let read = variant.withUnsafeBytes { JSONText.base64($0) }
            #expect(read.map { Array($0) } == content)
        }
        #expect([UInt8(ascii: "!")].withUnsafeBytes { JSONText.base64($0) } == nil)
    }
}
