import Foundation
import HTTPKit
import Model
import NIOCore
import Testing

@Suite("JSON as it is written and counted")
struct JSONTests {
    private static func written(_ write: (inout JSONBytes) -> Void) -> String {
        var json = JSONBytes()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test(
        "texts are escaped so that every reader gets them back",
        arguments: [
            "", "plain", "a \"quote\" and \\", "line\nend\r\ttab", "\u{0}\u{1f}", "Trường 摄像头 🎥",
        ])
    func texts(text: String) throws {
        let json = Self.written { $0.list([text]) { $0.string($1) } }
        #expect(try JSONDecoder().decode([String].self, from: Data(json.utf8)) == [text])
    }

    @Test("numbers, times and samples")
    func numbers() {
        #expect(Self.written { $0.number(UInt64.max) } == "9223372036854775807")
        #expect(Self.written { $0.number(-7 as Int8) } == "-7")
        #expect(Self.written { $0.timestamp(1_700_000_000_050) } == "1700000000.050")
        #expect(Self.written { $0.timestamp(-1_500) } == "-1.500")
        #expect(Self.written { $0.sample(2_000, .infinity) } == #"[2,"+Inf"]"#)
        #expect(Self.written { $0.real(.nan) } == "0")
        #expect(Self.written { $0.moment(nil) } == #""0001-01-01T00:00:00Z""#)
        #expect(Self.written { $0.moment(1_795_435_200_001) } == #""2026-11-23T12:00:00.001Z""#)
    }

    @Test("objects of labels and texts, and notes behind them")
    func objects() {
        #expect(Self.written { $0.labels(Labels([Label("b", "2"), Label("a", "1")])) } == #"{"a":"1","b":"2"}"#)
        #expect(Self.written { $0.dictionary(["b": "\"", "a": ""]) } == #"{"a":"","b":"\""}"#)
        #expect(Self.written { $0.notes(warnings: [], infos: []) } == "")
        #expect(Self.written { $0.notes(warnings: ["w"], infos: ["i"]) } == #","warnings":["w"],"infos":["i"]"#)
    }

    @Test(
        "a text of more than is allowed is refused before it is decoded",
        arguments: [
            ("[1,2,3]", nil), ("[1,2,3,4]", .elements), ("[]", nil), (#"["a,b,c,d",{"x":[1]}]"#, nil),
            (#"[{"a":1,"b":2,"c":3},{"d":4,"e":5,"f":6}]"#, .items), (#"["\",\",\"",",[[["]"#, nil),
            (String(repeating: "[", count: 32), nil), (String(repeating: "[", count: 33), .depth),
        ] as [(String, JSONBounds.Excess?)])
    func bounds(text: String, excess: JSONBounds.Excess?) {
        // As many items as nested arrays need.
        let itemsMax = text.hasPrefix("[[") ? 100 : 7
        let bounds = JSONBounds(elementsMax: 3, itemsMax: itemsMax)
        if let excess {
            #expect(throws: excess) { try bounds.check(ByteBuffer(string: text)) }
        } else {
            #expect(throws: Never.self) { try bounds.check(ByteBuffer(string: text)) }
        }
    }
}
