import LogDocuments
import Testing

@testable import LogPipeline

@Suite("Events of a pipeline")
struct EventTests {
    static let event = #"{"a": {"b": [10, {"c": "x"}, "last"], "d.e": 1}, "f.g": 2, "s": "text", "n": null}"#

    /// A name of a field and what it holds, as JSON; `nil` for nothing.
    static let fields: [(String, String?)] = [
        ("s", #""text""#), ("[s]", #""text""#), ("[a][b][0]", "10"), ("[a][b][-1]", #""last""#), ("[a][b][-3]", "10"),
        ("[a][b][1][c]", #""x""#), ("[a][b][3]", nil), ("[a][b][-4]", nil), ("[a][b][x]", nil), ("[a][d.e]", "1"),
        ("f.g", "2"), ("[f.g]", "2"), ("[f][g]", nil), ("a.b", nil), ("[s][x]", nil), ("[s][0]", nil), ("n", "null"),
        ("[n][x]", nil), ("absent", nil), ("@timestamp", #""2026-11-26T06:00:00.000Z""#),
        ("[@timestamp]", #""2026-11-26T06:00:00.000Z""#),
        ("[@metadata][x]", nil), ("@metadata", "{}"), ("[a]", #"{"b":[10,{"c":"x"},"last"],"d.e":1}"#), ("[]", nil),
        ("", nil),
    ]

    @Test("hold values by nested names and places in lists", arguments: fields)
    func read(_ name: String, _ expected: String?) throws {
        let document = try #require(try DocumentReader.value(Self.event).object)
        let event = PipelineEvent(document, now: PlayedPipeline.now)
        #expect(event[FieldReference(name)]?.json == expected)
        // What is shared with other events reads the same.
        let shared = PipelineEvent(timestamp: PlayedPipeline.now, document)
        #expect(shared[FieldReference(name)]?.json == expected)
    }

    /// What is set where, and the event then.
    static let settings: [FilterCase] = [
        FilterCase(#"mutate { replace => { "[x][y]" => "1" } }"#, "{}", #"{"x":{"y":"1"}}"#),
        FilterCase(
            #"mutate { replace => { "[x][y][z]" => "1" } }"#, #"{"x":{"w":2}}"#, #"{"x":{"w":2,"y":{"z":"1"}}}"#),
        FilterCase(#"mutate { replace => { "[x][y]" => "1" } }"#, #"{"x":null}"#, #"{"x":{"y":"1"}}"#),
        FilterCase(#"mutate { replace => { "[x][0]" => "1" } }"#, #"{"x":["a","b"]}"#, #"{"x":["1","b"]}"#),
        FilterCase(#"mutate { replace => { "[x][-1]" => "1" } }"#, #"{"x":["a","b"]}"#, #"{"x":["a","1"]}"#),
        FilterCase(#"mutate { replace => { "[x][3]" => "1" } }"#, #"{"x":["a"]}"#, #"{"x":["a",null,null,"1"]}"#),
        FilterCase(#"mutate { replace => { "[x][0][y]" => "1" } }"#, #"{"x":[{"z":2}]}"#, #"{"x":[{"z":2,"y":"1"}]}"#),
        FilterCase(#"mutate { replace => { "x.y" => "1" } }"#, #"{"x":{"y":2}}"#, #"{"x":{"y":2},"x.y":"1"}"#),
        FilterCase(
            #"mutate { replace => { "[x][y]" => "1" } }"#, #"{"x":"text"}"#, #"{"x":"text","tags":["_mutate_error"]}"#),
        FilterCase(
            #"mutate { replace => { "[x][y]" => "1" } }"#, #"{"x":["a"]}"#, #"{"x":["a"],"tags":["_mutate_error"]}"#),
        FilterCase(
            #"mutate { rename => { "a" => "[x][y]" } }"#, #"{"x":7,"a":"b"}"#,
            #"{"x":7,"a":"b","tags":["_mutate_error"]}"#),
        FilterCase(#"mutate { rename => { "x" => "[x][y]" } }"#, #"{"x":7}"#, #"{"x":{"y":7}}"#),
        FilterCase(#"mutate { remove_field => ["[a][b]"] }"#, #"{"a":{"b":1,"c":2}}"#, #"{"a":{"c":2}}"#),
        FilterCase(#"mutate { remove_field => ["[a][b]"] }"#, #"{"a":{"b":1}}"#, #"{"a":{}}"#),
        FilterCase(#"mutate { remove_field => ["[a][0]", "[a][-1]"] }"#, #"{"a":[1,2,3,4]}"#, #"{"a":[2,3]}"#),
        FilterCase(
            #"mutate { remove_field => ["absent", "[a][b][c]", "[s][x]"] }"#, #"{"a":{},"s":"t"}"#, #"{"a":{},"s":"t"}"#
        ),
        FilterCase(#"mutate { remove_field => "a" }"#, #"{"a":1}"#, "{}"),
        FilterCase(#"mutate { remove_field => ["%{name}"] }"#, #"{"name":"x","x":1,"y":2}"#, #"{"name":"x","y":2}"#),
        FilterCase(
            #"mutate { replace => { "%{name}" => "%{v}" } }"#, #"{"name":"[p][q]","v":3}"#,
            #"{"name":"[p][q]","v":3,"p":{"q":"3"}}"#),
        FilterCase(#"mutate { replace => { "[@metadata][m]" => "1" } }"#, "{}", #"{"@metadata":{"m":"1"}}"#),
        FilterCase(
            #"mutate { remove_field => "[@metadata][m]" }"#, #"{"@metadata":{"m":1,"o":2}}"#, #"{"@metadata":{"o":2}}"#),
        FilterCase(#"mutate { remove_field => "@metadata" }"#, #"{"@metadata":{"m":1}}"#, "{}"),
        FilterCase(
            #"mutate { replace => { "@timestamp" => "2026-11-26T12:00:00+07:00" } }"#, "{}",
            #"{"@timestamp":"2026-11-26T05:00:00.000Z"}"#),
        FilterCase(
            #"mutate { replace => { "@timestamp" => "soon" } }"#, "{}",
            #"{"tags":["_timestampparsefailure"],"_@timestamp":"soon"}"#),
        FilterCase(#"mutate { remove_field => "@timestamp" }"#, #"{"a":1}"#, #"{"a":1}"#),
    ]

    @Test("take values by nested names, and lose nothing that stands in the way", arguments: settings)
    func set(_ example: FilterCase) throws { try example.check() }

    /// Tags of every kind.
    static let tags: [FilterCase] = [
        FilterCase(#"mutate { add_tag => ["a", "b"] }"#, "{}", #"{"tags":["a","b"]}"#),
        FilterCase(#"mutate { add_tag => "a" }"#, #"{"tags":["a"]}"#, #"{"tags":["a"]}"#),
        FilterCase(#"mutate { add_tag => "b" }"#, #"{"tags":"a"}"#, #"{"tags":["a","b"]}"#),
        FilterCase(#"mutate { add_tag => "b" }"#, #"{"tags":null}"#, #"{"tags":["b"]}"#),
        FilterCase(#"mutate { add_tag => "%{x}-%{y}" }"#, #"{"x":1}"#, #"{"x":1,"tags":["1-%{y}"]}"#),
        FilterCase(#"mutate { remove_tag => ["a"] }"#, #"{"tags":["a","b"]}"#, #"{"tags":["b"]}"#),
        FilterCase(#"mutate { remove_tag => ["%{x}"] }"#, #"{"x":"b","tags":["a","b"]}"#, #"{"x":"b","tags":["a"]}"#),
        FilterCase(#"mutate { remove_tag => ["a"] }"#, #"{"tags":["a"]}"#, #"{"tags":[]}"#),
        FilterCase(#"mutate { remove_tag => ["z"] }"#, #"{"tags":["a"]}"#, #"{"tags":["a"]}"#),
        FilterCase(#"mutate { remove_tag => ["z"] }"#, "{}", "{}"),
        FilterCase(#"mutate { }"#, #"{"tags":{"a":1}}"#, #"{"_tags":{"a":1},"tags":["_tagsparsefailure"]}"#),
        FilterCase(#"mutate { }"#, #"{"tags":[1,"a"]}"#, #"{"_tags":[1,"a"],"tags":["_tagsparsefailure"]}"#),
        FilterCase(#"if "a" in [tags] { drop { } }"#, #"{"tags":"a"}"#),
        FilterCase(#"if [tags] == [] { drop { } }"#, #"{"tags":[]}"#),
        FilterCase(#"mutate { add_field => { "tags" => "b" } }"#, #"{"tags":["a"]}"#, #"{"tags":["a","b"]}"#),
    ]

    @Test("have tags that may be a text, a list, or none", arguments: tags)
    func tag(_ example: FilterCase) throws { try example.check() }

    /// What fields, lists and dates are in a text.
    static let texts: [FilterCase] = [
        FilterCase(
            #"mutate { replace => { "t" => "%{s}-%{[o][n]}-%{absent}" } }"#, #"{"s":"x","o":{"n":5}}"#,
            #"{"s":"x","o":{"n":5},"t":"x-5-%{absent}"}"#),
        FilterCase(
            #"mutate { replace => { "t" => "%{l} %{o} %{r} %{b}" } }"#,
            #"{"l":["a",1,["b"]],"o":{"p":[1]},"r":2.5,"b":true}"#,
            #"{"l":["a",1,["b"]],"o":{"p":[1]},"r":2.5,"b":true,"t":"a,1,b {\"p\":[1]} 2.5 true"}"#),
        FilterCase(#"mutate { replace => { "t" => "%{n}" } }"#, #"{"n":null}"#, #"{"n":null,"t":"%{n}"}"#),
        FilterCase(
            #"mutate { replace => { "t" => "%{+yyyy.MM.dd} %{+HH:mm} %{+%s} %{+YYYY.ww}" } }"#, "{}",
            #"{"t":"2026.11.26 06:00 1795672800 2026.48"}"#),
        FilterCase(#"mutate { replace => { "t" => "%{{yyyy.MM.dd}}" } }"#, "{}", #"{"t":"2026.11.26"}"#),
        FilterCase(#"mutate { replace => { "t" => "%{@timestamp}" } }"#, "{}", #"{"t":"2026-11-26T06:00:00.000Z"}"#),
        FilterCase(
            #"mutate { replace => { "t" => "%{[l][0]}/%{[l][-1]}" } }"#, #"{"l":["a","b"]}"#,
            #"{"l":["a","b"],"t":"a/b"}"#),
        FilterCase(#"mutate { replace => { "t" => "100%{" } }"#, "{}", #"{"t":"100%{"}"#),
        FilterCase(#"mutate { replace => { "t" => "%{} %{" } }"#, "{}", #"{"t":"%{} %{"}"#),
        FilterCase(
            #"mutate { replace => { "t" => "%{[@metadata][i]}" } }"#, #"{"@metadata":{"i":"x"}}"#,
            #"{"t":"x","@metadata":{"i":"x"}}"#),
        FilterCase(
            #"mutate { replace => { "t" => "%{s}" } }"#, #"{"s":"%{u}","u":"no"}"#, #"{"s":"%{u}","u":"no","t":"%{u}"}"#
        ),
        FilterCase(#"mutate { replace => { "t" => 5 } }"#, "{}", #"{"t":"5"}"#),
        FilterCase(#"mutate { add_field => { "t" => ["a", "%{n}"] } }"#, #"{"n":7}"#, #"{"n":7,"t":["a","7"]}"#),
        FilterCase(#"mutate { add_field => { "t" => ["a"] } }"#, "{}", #"{"t":"a"}"#),
        FilterCase(#"mutate { add_field => { "t" => "b" } }"#, #"{"t":"a"}"#, #"{"t":["a","b"]}"#),
        FilterCase(#"mutate { add_field => { "t" => "b" } }"#, #"{"t":5}"#, #"{"t":[5,"b"]}"#),
        FilterCase(#"mutate { add_field => { "a" => "1" "b" => "%{a}" } }"#, "{}", #"{"a":"1","b":"1"}"#),
    ]

    @Test("put fields, lists and dates into texts", arguments: texts)
    func interpolate(_ example: FilterCase) throws { try example.check() }
}
