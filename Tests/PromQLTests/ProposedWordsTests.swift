import Foundation
import Testing

@testable import PromQL

/// What the page of one's own expressions proposes is what the engine knows.
@Suite("Words that are proposed")
struct ProposedWordsTests {
    private static func words(_ name: String) throws -> Set<String> {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/WebUI/Assets/promql-words.js").standardizedFileURL
        let text = try String(contentsOf: file, encoding: .utf8)
        let begin = try #require(text.firstRange(of: "export const \(name) = [")).upperBound
        let end = try #require(text[begin...].firstIndex(of: "]"))
        return Set(text[begin..<end].matches(of: /"([a-z_0-9]+)"/).map { String($0.1) })
    }

    @Test("are all functions but those that are tried out")
    func functions() throws {
        let known = Set(Function.all.filter { !$0.isExperimental }.map(\.name))
        #expect(try Self.words("functions") == known)
    }

    @Test("are aggregations and keywords that the parser takes", arguments: ["aggregations", "keywords"])
    func others(list: String) throws {
        for word in try Self.words(list) {
            let text =
                switch word {
                case "quantile", "bottomk", "topk": "\(word)(1, a)"
                case "count_values": "count_values(\"x\", a)"
                case "by", "without": "sum \(word) (x) (a)"
                case "on", "ignoring": "a + \(word) (x) b"
                case "group_left", "group_right": "a + on (x) \(word) () b"
                case "bool": "a > bool b"
                case "offset": "a offset 1m"
                case "and", "or", "unless", "atan2": "a \(word) b"
                default: "\(word)(a)"
                }
            #expect(throws: Never.self, "\(text)") { try PromQLParser.parse(text) }
        }
    }
}
