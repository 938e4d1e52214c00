import Model
import SampleTraces
import Testing

@testable import TraceSearch

@Suite("The tree of a trace")
struct TraceTreeTests {
    private static let id = TraceID(high: 1, low: 2)

    /// Spans by number, parent, start and end in milliseconds.
    private static func tree(_ rows: [(Int, Int, Int, Int)]) -> TraceTree {
        TraceTree(rows.map { span($0.0, $0.1, $0.2, $0.3) })
    }

    private static func span(_ number: Int, _ parent: Int, _ start: Int, _ end: Int) -> Span {
        var span = Span(
            traceID: id, spanID: SpanID(UInt64(number)), start: Int64(start) * 1_000_000, end: Int64(end) * 1_000_000)
        span.parentID = SpanID(UInt64(parent))
        span.name = "s\(number)"
        return span
    }

    private func shape(_ tree: TraceTree) -> String {
        tree.rows.map { row in
            let oddity = row.oddity.map { $0 == .orphan ? "?" : "@" } ?? ""
            return String(repeating: ">", count: row.depth) + oddity + tree.span(row).name.dropFirst()
        }.joined(separator: " ")
    }

    @Test(
        "each span stands below its parent, by its start",
        arguments: [
            ([(1, 0, 0, 10), (3, 1, 5, 9), (2, 1, 1, 4), (4, 2, 2, 3)], "1 >2 >>4 >3"),
            ([(2, 9, 1, 4), (1, 0, 0, 10)], "1 ?2"),
            ([(1, 2, 0, 5), (2, 1, 1, 4), (3, 2, 2, 3)], "@1 >2 >>3"),
            ([(1, 1, 0, 5)], "@1"),
            ([(1, 0, 0, 9), (1, 0, 1, 2), (2, 1, 3, 4)], "1 >2 1"),
            ([(1, 0, 50, 60), (2, 1, 0, 5)], "1 >2"),
            ([(1, 0, 5, 5), (2, 0, 5, 9)], "2 1"),
            ([], ""),
        ] as [([(Int, Int, Int, Int)], String)])
    func shapes(rows: [(Int, Int, Int, Int)], wanted: String) {
        let tree = Self.tree(rows)
        #expect(shape(tree) == wanted)
        #expect(tree.rows.count == rows.count)
        #expect(shape(Self.tree(rows.reversed())) == wanted)
        for row in tree.rows.indices {
            let below = tree.rows.indices.filter { $0 > row && $0 <= row + tree.rows[row].descendants }
            #expect(below.allSatisfy { tree.rows[$0].depth > tree.rows[row].depth })
            #expect(tree.rows[row].children == tree.rows.count { $0.parent == row })
        }
    }

    @Test("a number that client and server share leads to the server")
    func sharedNumber() {
        var client = Self.span(1, 0, 0, 10)
        client.kind = .client
        var server = Self.span(1, 0, 1, 9)
        server.kind = .server
        server.name = "server"
        let tree = TraceTree([client, server, Self.span(2, 1, 2, 3)])
        #expect(tree.doubled == 1)
        #expect(tree.rows[tree.rows[2].parent ?? 0].span == 1)
    }

    @Test("a chain of 100,000 spans, and as many beside each other")
    func deep() {
        let chain = TraceTree((1...100_000).map { Self.span($0, $0 - 1, $0, 200_000) })
        #expect(chain.rows.last?.depth == 99_999 && chain.rows[0].descendants == 99_999)
        #expect(chain.criticalPath.count == 100_000 && chain.selfTimes.reduce(0, +) == 199_999_000_000)
        #expect(chain.gaps().isEmpty)
        let wide = TraceTree((1...100_000).map { Self.span($0, $0 == 1 ? 0 : 1, $0, $0 + 1) })
        #expect(wide.rows[0].children == 99_999 && wide.rows.allSatisfy { $0.depth <= 1 })
        #expect(wide.criticalPath.count == 100_000)
    }

    private func path(_ tree: TraceTree) -> String {
        tree.criticalPath.map { section in
            "\(tree.span(tree.rows[section.row]).name.dropFirst()):\(section.start / 1_000_000)-\(section.end / 1_000_000)"
        }.joined(separator: " ")
    }

    @Test(
        "what the end waited for",
        arguments: [
            ([(1, 0, 0, 10)], "1:0-10"),
            ([(1, 0, 0, 10), (2, 1, 2, 5), (3, 1, 4, 8)], "1:0-4 3:4-8 1:8-10"),
            ([(1, 0, 0, 10), (2, 1, 2, 4), (3, 1, 5, 8)], "1:0-2 2:2-4 1:4-5 3:5-8 1:8-10"),
            // Work that was handed on: nobody worked from 5 to 7.
            ([(1, 0, 0, 5), (2, 1, 7, 9)], "1:0-5 2:7-9"),
            // A child before its parent, as of a clock that is wrong.
            ([(1, 0, 10, 20), (2, 1, 0, 5)], "1:10-20"),
            // A child that outlives its parent.
            ([(1, 0, 0, 10), (2, 1, 5, 15), (3, 2, 6, 14)], "1:0-5 2:5-6 3:6-14 2:14-15"),
            // Two tops that overlap.
            ([(1, 0, 0, 10), (2, 9, 6, 20)], "1:0-6 2:6-20"),
            ([(1, 2, 0, 5), (2, 1, 1, 4)], "1:0-1 2:1-4 1:4-5"),
            ([(1, 0, 0, 10), (2, 1, 10, 10), (3, 1, 3, 3)], "1:0-10"),
            ([], ""),
        ] as [([(Int, Int, Int, Int)], String)])
    func criticalPaths(rows: [(Int, Int, Int, Int)], wanted: String) {
        #expect(path(Self.tree(rows)) == wanted)
    }

    @Test(
        "times of their own",
        arguments: [
            ([(1, 0, 0, 10), (2, 1, 2, 5), (3, 1, 4, 8)], [4, 3, 4]),
            ([(1, 0, 0, 10), (2, 1, 5, 15)], [5, 10]),
            ([(1, 0, 10, 20), (2, 1, 0, 12)], [8, 12]),
            ([(1, 0, 0, 10), (2, 1, 0, 10), (3, 1, 0, 10)], [0, 10, 10]),
            ([(1, 0, 0, 10), (2, 1, 3_600_000, 3_600_005)], [10, 5]),
        ] as [([(Int, Int, Int, Int)], [Int64])])
    func selfTimes(rows: [(Int, Int, Int, Int)], wanted: [Int64]) {
        #expect(Self.tree(rows).selfTimes == wanted.map { $0 * 1_000_000 })
    }

    @Test(
        "times in which nobody worked",
        arguments: [
            ([(1, 0, 0, 100)], ""),
            ([(1, 0, 0, 100), (2, 1, 10, 20), (3, 1, 60, 90)], "20-60 open 1 between 2 and 3"),
            ([(1, 0, 0, 30), (2, 1, 10, 20), (3, 1, 60, 90)], "30-60 between 2 and 3, 20-30 open 1 between 2 and 3"),
            ([(1, 0, 0, 10), (2, 0, 60, 90)], "10-60 between 1 and 2"),
            ([(1, 0, 0, 100), (2, 1, 10, 80), (3, 1, 20, 30), (4, 1, 81, 90)], ""),
            ([], ""),
        ] as [([(Int, Int, Int, Int)], String)])
    func gaps(rows: [(Int, Int, Int, Int)], wanted: String) {
        let tree = Self.tree(rows)
        func name(_ row: Int) -> Substring { tree.span(tree.rows[row]).name.dropFirst() }
        let words = tree.gaps().map { gap in
            let open = gap.open.map { " open \(name($0))" } ?? ""
            return
                "\(gap.start / 1_000_000)-\(gap.end / 1_000_000)\(open) between \(name(gap.before)) and \(name(gap.after))"
        }
        #expect(words.joined(separator: ", ") == wanted)
    }

    @Test("made-up traces: the path covers no moment twice, and lies within the trace")
    func samples() {
        var samples = SampleTraces(seed: 7, start: 1_700_000_000_000_000_000)
        for (_, spans) in Dictionary(grouping: samples.spans(atLeast: 2_000), by: \.traceID) {
            let tree = TraceTree(spans)
            #expect(tree.rows.map(\.span).sorted() == Array(spans.indices))
            let path = tree.criticalPath
            #expect(zip(path, path.dropFirst()).allSatisfy { $0.end <= $1.start })
            #expect(path.allSatisfy { $0.start >= tree.start && $0.end <= tree.end && $0.duration > 0 })
            #expect(tree.selfTimes.allSatisfy { $0 >= 0 })
        }
    }

    @Test("up to eight services have a colour each, which does not depend on the order")
    func colours() {
        let services = (1...8).map { "service \($0)" }
        let numbers = ServiceColour.numbers(of: services)
        #expect(Set(numbers.values) == Set(1...8))
        #expect(ServiceColour.numbers(of: services.reversed()) == numbers)
        #expect(ServiceColour.numbers(of: ["a"])["a"] == ServiceColour.numbers(of: ["a", "b", "c"])["a"])
        let many = ServiceColour.numbers(of: (1...50).map { "s\($0)" })
        #expect(many.count == 50 && many.values.allSatisfy { (1...8).contains($0) })
    }

    @Test("what senders got wrong is put right, and told")
    func adjusted() {
        var parent = Self.span(1, 0, 0, 100)
        parent.kind = .client
        parent.resource = SpanResource(attributes: [SpanAttribute("host.name", .string("a"))])
        var child = Self.span(2, 1, 3_600_000, 3_600_050)
        child.kind = .server
        child.resource = SpanResource(attributes: [SpanAttribute("host.name", .string("b"))])
        let tree = TraceTree(adjusting: [parent, child])
        #expect(tree.end - tree.start == 100_000_000 && tree.warnings.count == 1)
        #expect(tree.services == [SpanResource.noServiceName])
        #expect(TraceTree([parent, child]).warnings.isEmpty)
    }
}
