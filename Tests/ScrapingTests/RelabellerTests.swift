import Base
import Model
import Scraping
import Testing

@Suite("Relabelling")
struct RelabellerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let rules: [RelabelRule]
        let input: Labels
        let output: Labels?

        var testDescription: String { name }

        init(_ name: String, _ rules: RelabelRule..., of input: Labels, gives output: Labels?) {
            (self.name, self.rules, self.input, self.output) = (name, rules, input, output)
        }
    }

    private static func all() throws -> [Case] {
        try replacing() + filtering() + names() + values()
    }

    private static func replacing() throws -> [Case] {
        [
            Case(
                "the default copies the joined sources", try .test(from: ["a", "b"], to: "c"),
                of: ["a": "1", "b": "2"], gives: ["a": "1", "b": "2", "c": "1;2"]),
            Case(
                "captures by number and by name",
                try .test(
                    from: ["host"], regex: #"(?P<name>[a-z]+)-(\d+):.*"#, to: "node", replacement: "${name}_$2"),
                of: ["host": "recording-7:9090"], gives: ["host": "recording-7:9090", "node": "recording_7"]),
            Case(
                "the pattern must match the whole value", try .test(from: ["a"], regex: "b", to: "c"),
                of: ["a": "abc"], gives: ["a": "abc"]),
            Case(
                "captures in the name of the target",
                try .test(
                    from: ["a"], regex: "(.*)=(.*)", to: "x_$1", replacement: "$2"),
                of: ["a": "k=v"], gives: ["a": "k=v", "x_k": "v"]),
            Case(
                "a target whose name comes out empty is left alone",
                try .test(
                    from: ["a"], regex: "(.*)", to: "$2", replacement: "v"),
                of: ["a": "1"], gives: ["a": "1"]),
            Case(
                "an empty replacement takes the label away", try .test(from: ["a"], to: "b", replacement: ""),
                of: ["a": "1", "b": "2"], gives: ["a": "1"]),
            Case(
                "a missing source is an empty text, which the default pattern matches",
                try .test(from: ["none"], to: "b", replacement: "set"), of: ["a": "1"], gives: ["a": "1", "b": "set"]),
            Case(
                "no source at all", try .test(to: "b", replacement: "set"), of: ["a": "1"],
                gives: ["a": "1", "b": "set"]),
            Case(
                "a separator of one's own", try .test(from: ["a", "none", "b"], separator: "/", to: "c"),
                of: ["a": "1", "b": "2"], gives: ["a": "1", "b": "2", "c": "1//2"]),
            Case(
                "a dot takes line feeds too", try .test(from: ["a"], regex: "x.y", to: "b", replacement: "hit"),
                of: ["a": "x\ny"], gives: ["a": "x\ny", "b": "hit"]),
            Case(
                "a dollar sign is written twice", try .test(from: ["a"], to: "b", replacement: "$$1 $1"),
                of: ["a": "1"], gives: ["a": "1", "b": "$1 1"]),
            Case(
                "each step sees what the one before it did",
                try .test(from: ["a"], to: "b"), try .test(from: ["b"], to: "c"),
                try .test(.labeldrop, regex: "b"), of: ["a": "1"], gives: ["a": "1", "c": "1"]),
        ]
    }

    private static func filtering() throws -> [Case] {
        [
            Case("keep: kept", try .test(.keep, from: ["a"], regex: "x|y"), of: ["a": "y"], gives: ["a": "y"]),
            Case("keep: dropped", try .test(.keep, from: ["a"], regex: "x|y"), of: ["a": "xy"], gives: nil),
            Case("keep: a missing label", try .test(.keep, from: ["b"], regex: ".+"), of: ["a": "x"], gives: nil),
            Case("drop: dropped", try .test(.drop, from: ["a"], regex: "x.*"), of: ["a": "xy"], gives: nil),
            Case("drop: kept", try .test(.drop, from: ["a"], regex: "x"), of: ["a": "xy"], gives: ["a": "xy"]),
            Case(
                "drop after a step that changed the value", try .test(to: "a", replacement: "gone"),
                try .test(.drop, from: ["a"], regex: "gone"), of: ["a": "x"], gives: nil),
            Case(
                "keepequal: kept", try .test(.keepequal, from: ["a"], to: "b"), of: ["a": "1", "b": "1"],
                gives: ["a": "1", "b": "1"]),
            Case("keepequal: dropped", try .test(.keepequal, from: ["a"], to: "b"), of: ["a": "1"], gives: nil),
            Case(
                "dropequal: dropped", try .test(.dropequal, from: ["a"], to: "b"), of: ["a": "1", "b": "1"],
                gives: nil),
            Case(
                "dropequal: kept", try .test(.dropequal, from: ["a"], to: "b"), of: ["a": "1", "b": "2"],
                gives: ["a": "1", "b": "2"]),
            Case(
                "dropequal: both are missing", try .test(.dropequal, from: ["c"], to: "d"), of: ["a": "1"], gives: nil),
        ]
    }

    private static func names() throws -> [Case] {
        [
            Case(
                "labelmap copies what matches", try .test(.labelmap, regex: "__meta_(.+)"),
                of: ["__meta_rack": "r1", "x": "1"], gives: ["__meta_rack": "r1", "rack": "r1", "x": "1"]),
            Case(
                "labelmap to one name: the last in order of names counts",
                try .test(
                    .labelmap, regex: "m_.", replacement: "one"),
                of: ["m_b": "2", "m_a": "1"], gives: ["m_a": "1", "m_b": "2", "one": "2"]),
            Case(
                "labelmap to no name changes nothing", try .test(.labelmap, regex: "m_(x?).", replacement: "$1"),
                of: ["m_b": "2"], gives: ["m_b": "2"]),
            Case(
                "labeldrop", try .test(.labeldrop, regex: "tmp_.*"), of: ["tmp_a": "1", "tmp": "2", "atmp_": "3"],
                gives: ["tmp": "2", "atmp_": "3"]),
            Case(
                "labelkeep", try .test(.labelkeep, regex: "a|__.*"), of: ["__name__": "n", "a": "1", "ab": "2"],
                gives: ["__name__": "n", "a": "1"]),
        ]
    }

    private static func values() throws -> [Case] {
        [
            Case(
                "lowercase", try .test(.lowercase, from: ["a", "b"], to: "c"), of: ["a": "HÀ", "b": "Nội"],
                gives: ["a": "HÀ", "b": "Nội", "c": "hà;nội"]),
            Case(
                "uppercase", try .test(.uppercase, from: ["a"], to: "a"), of: ["a": "hcm-1"], gives: ["a": "HCM-1"]),
            // Shards as Prometheus and md5sum have them: the digest's last eight bytes.
            Case(
                "hashmod", try .test(.hashmod, from: ["a"], modulus: 1_000, to: "shard"), of: ["a": "foo"],
                gives: ["a": "foo", "shard": "\(0xedef_654f_ccc4_a4d8 as UInt64 % 1_000)"]),
            Case(
                "hashmod of nothing", try .test(.hashmod, from: ["none"], modulus: .max, to: "shard"),
                of: ["a": "foo"], gives: ["a": "foo", "shard": "\(0xe980_0998_ecf8_427e as UInt64)"]),
        ]
    }

    @Test("labels come out as Prometheus has them", arguments: try all())
    func relabelled(_ example: Case) {
        #expect(Relabeller(example.rules).relabelled(example.input) == example.output)
    }

    @Test("every action is tried")
    func complete() throws {
        #expect(Set(try Self.all().flatMap(\.rules).map(\.action)) == Set(RelabelRule.Action.allCases))
    }

    @Test("no rules change nothing")
    func empty() {
        #expect(Relabeller([]).isEmpty)
        #expect(Relabeller([]).relabelled(["a": "1"]) == ["a": "1"])
    }
}
