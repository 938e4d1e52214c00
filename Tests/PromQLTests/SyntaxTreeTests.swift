import PromQL
import Testing

@Suite("Syntax trees")
struct SyntaxTreeTests {
    private func tree(_ text: String) throws -> [String: SyntaxTree] {
        guard case .object(let fields) = try PromQLParser.parse(text).tree else { return [:] }
        return fields
    }

    @Test("say what every kind of node is made of")
    func nodes() throws {
        let sum = try tree(
            "sum by (camera) (rate(frames_total{site!=\"hcm\"}[5m] offset 1m)) / on (camera) group_left (x) up > bool 2"
        )
        #expect(sum["type"] == .text("binaryExpr"))
        #expect(sum["op"] == .text(">"))
        #expect(sum["bool"] == .boolean(true))
        #expect(sum["matching"] == .null)
        guard case .object(let ratio)? = sum["lhs"], case .object(let aggregation)? = ratio["lhs"] else {
            Issue.record("the left side is missing")
            return
        }
        #expect(
            ratio["matching"]
                == .object([
                    "card": .text("many-to-one"), "labels": .list([.text("camera")]), "on": .boolean(true),
                    "include": .list([.text("x")]),
                ]))
        #expect(aggregation["grouping"] == .list([.text("camera")]))
        #expect(aggregation["param"] == .null)
        guard case .object(let call)? = aggregation["expr"], case .list(let arguments)? = call["args"] else {
            Issue.record("the call is missing")
            return
        }
        #expect(
            call["func"]
                == .object([
                    "name": .text("rate"), "argTypes": .list([.text("matrix")]), "variadic": .whole(0),
                    "returnType": .text("vector"),
                ]))
        #expect(
            arguments == [
                .object([
                    "type": .text("matrixSelector"), "name": .text("frames_total"), "range": .whole(300_000),
                    "offset": .whole(60_000), "timestamp": .null, "startOrEnd": .null,
                    "matchers": .list([
                        .object(["name": .text("__name__"), "value": .text("frames_total"), "type": .text("=")]),
                        .object(["name": .text("site"), "value": .text("hcm"), "type": .text("!=")]),
                    ]),
                ])
            ])
    }

    @Test("keep times, steps, groups and literals")
    func details() throws {
        #expect(try tree("up @ 12.5")["timestamp"] == .whole(12_500))
        #expect(try tree("up @ end()")["startOrEnd"] == .text("end"))
        #expect(try tree("up[1h:5m]")["step"] == .whole(300_000))
        #expect(try tree("(1e3)")["expr"] == .object(["type": .text("numberLiteral"), "val": .text("1000")]))
        #expect(try tree("-up")["op"] == .text("-"))
        #expect(try tree("topk(3, up)")["param"] == .object(["type": .text("numberLiteral"), "val": .text("3")]))
        #expect(try tree("\"x\"") == ["type": .text("stringLiteral"), "val": .text("x")])
    }
}
