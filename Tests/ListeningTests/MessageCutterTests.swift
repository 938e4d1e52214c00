import TestSupport
import Testing

@testable import Listening

@Suite("Messages of a connection")
struct MessageCutterTests {
    /// The messages of bytes that come in pieces of a size; what was cut ends with an ellipsis.
    private func messages(
        _ text: [UInt8], _ framing: LogListening.Framing, limit: Int = 20, piece: Int, room: Int = 1 << 20
    ) throws -> [String] {
        var cutter = MessageCutter(framing, limit: limit)
        var found: [String] = []
        func take(_ bytes: ArraySlice<UInt8>, _ isCut: Bool) {
            found.append(String(decoding: bytes, as: UTF8.self) + (isCut ? "…" : ""))
        }
        var rest = text[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            try part.withUnsafeBufferPointer { try cutter.add($0, room: room - cutter.partialBytes, take) }
            #expect(cutter.partialBytes <= limit + 16)
        }
        cutter.finish(take)
        #expect(cutter.partialBytes == 0 && !cutter.isInMessage)
        return found
    }

    private static let lines = LogListening.Framing.delimiter([10])
    private static let long = String(repeating: "x", count: 30)
    private static let cut = String(repeating: "x", count: 20) + "…"

    static let rows: [(LogListening.Framing, String, [String])] = [
        (lines, "one\ntwo\n", ["one", "two"]),
        (lines, "one\r\ntwo\r\n", ["one", "two"]),
        (lines, "\n\n\none\n\n", ["one"]),
        (lines, "one\ntwo", ["one", "two"]),
        (lines, "5 one\n", ["5 one"]),
        (lines, "\0one\0\n", ["one"]),
        (lines, "o\0ne\n", ["o\0ne"]),
        (lines, "\(long)\ntwo\n", [cut, "two"]),
        (lines, "\(long)", [cut]),
        (lines, String(repeating: "x", count: 20) + "\n", [String(repeating: "x", count: 20)]),
        (lines, "", []),
        (.delimiter(Array("\r\n".utf8)), "a\nb\r\nc\r\r\nd", ["a\nb", "c", "d"]),
        (.delimiter(Array("--".utf8)), "a-b--c-----d", ["a-b", "c", "-d"]),
        (.delimiter(Array("abab".utf8)), "1aabab2ababab3", ["1a", "2", "ab3"]),
        (.delimiter(Array("END".utf8)), "\(long)ENDxENDENDEN", [cut, "x", "EN"]),
        (.delimiter([0]), "one\0two\nthree\0", ["one", "two\nthree"]),
        (.counted, "<1>a\n<2>b\n", ["<1>a", "<2>b"]),
        (.counted, "4 <1>a4 <2>b", ["<1>a", "<2>b"]),
        (.counted, "5 <1>a\n5 <2>b\n", ["<1>a", "<2>b"]),
        (.counted, "4 <1>a\n<2>b\n4 <3>c\n", ["<1>a", "<2>b", "<3>c"]),
        (.counted, "9 <1>a\nb\nc\n<2>d\n", ["<1>a\nb\nc", "<2>d"]),
        (.counted, "30 \(long)4 <2>b", [cut, "<2>b"]),
        (.counted, "30 <1>a", ["<1>a…"]),
        (.counted, "2026-11-28 a\n", ["2026-11-28 a"]),
        (.counted, "0 <1>a\n", ["0 <1>a"]),
        (.counted, "12345678901 a\n", ["12345678901 a"]),
        (.counted, "17", ["17"]),
        (.counted, "17 ", []),
        (.counted, "17\n<1>a\n", ["17", "<1>a"]),
    ]

    @Test("are the same in whatever pieces they come", arguments: rows)
    func pieces(_ framing: LogListening.Framing, _ text: String, _ wanted: [String]) throws {
        for piece in [1, 2, 3, 5, 1_000] {
            #expect(try messages(Array(text.utf8), framing, piece: piece) == wanted, "in pieces of \(piece)")
        }
    }

    @Test(
        "with a number of bytes that nobody sends are refused",
        arguments: ["4294967296 <1>a", "1073741825 x", "9999999999 "])
    func tooLarge(_ text: String) throws {
        for piece in [1, 100] {
            #expect(throws: MessageCutter.CountTooLarge.self) { try messages(Array(text.utf8), .counted, piece: piece) }
        }
    }

    @Test("keep no more than there is room for, and nothing from behind what is left out")
    func room() throws {
        var cutter = MessageCutter(Self.lines, limit: 100)
        var found: [String] = []
        func add(_ text: String, room: Int) throws {
            try Array(text.utf8).withUnsafeBufferPointer { bytes in
                try cutter.add(bytes, room: room) {
                    found.append(String(decoding: $0, as: UTF8.self) + ($1 ? "…" : ""))
                }
            }
        }
        try add("abc", room: 100)
        try add("defg", room: 2)
        try add("hij", room: 100)
        #expect(cutter.partialBytes == 5)
        try add("k\nnext\n", room: 100)
        #expect(found == ["abcde…", "next"])
    }

    @Test("of random bytes are bounded and never fail")
    func random() throws {
        var generator = SeededGenerator(for: "random messages")
        for _ in 0..<200 {
            let alphabet: [UInt8] = [10, 32, 48, 49, 50, 60, 62, 0, 97, 255, 13]
            let bytes = (0..<Int.random(in: 0..<400, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            for framing in [Self.lines, .counted, .delimiter([13, 10])] {
                let whole = try? messages(bytes, framing, piece: 1_000)
                let single = try? messages(bytes, framing, piece: 1)
                #expect(whole == single, "\(bytes) \(framing)")
            }
        }
    }
}
