import ConfigText
import LogDocuments
import Testing

@testable import LogPipeline

@Suite("The language of pipelines")
struct LanguageTests {
    /// What is wrong with a text, where, and the mend.
    static let errors: [(String, String)] = [
        ("filters { }", #"1:1: error: "filters" is no section; write filter { … }"#),
        ("{ }", "1:1: error: input, filter or output is expected; write input { … }, filter { … } or output { … }"),
        ("filter", "1:7: error: { is expected; open the block with {"),
        ("filter { drop { }", "1:8: error: the block that begins here has no end; close it with }"),
        (
            "filter { drop { } } }",
            "1:21: error: input, filter or output is expected; write input { … }, filter { … } or output { … }"
        ),
        ("filter {\n  drop {\n", "2:8: error: the block that begins here has no end; close it with }"),
        ("filter { drop }", #"1:15: error: { is expected behind "drop"; write drop { … }"#),
        (
            "filter { drp { } }",
            #"1:10: error: there is no filter "drp"; write drop; or let such events go on with a tag: pipeline: {unsupported: tag} in watchpost.yml"#
        ),
        ("filter { mutate { add_tags => [\"a\"] } }", #"1:19: error: mutate has no setting "add_tags"; write add_tag"#),
        (
            "filter { mutate { add_tag [\"a\"] } }",
            #"1:27: error: => is expected behind "add_tag"; write add_tag => VALUE"#
        ),
        (
            "filter { mutate { add_tag => } }",
            "1:30: error: a value is expected; write a text in quotes, a number, a word, [ … ] or { … }"
        ),
        (
            "filter { mutate { add_tag => [\"a\" \"b\"] } }",
            "1:35: error: a comma or ] is expected; separate the values of a list by commas"
        ),
        (
            "filter { mutate { add_tag => [\"a\",] } }",
            "1:35: error: a value is expected behind the comma; remove the last comma of the list"
        ),
        (
            "filter { mutate { add_field => { \"a\" => \"b\", \"c\" => \"d\" } } }",
            "1:44: error: entries of a hash have no commas between them; remove the comma"
        ),
        (
            "filter { mutate { add_tag => \"a\", lowercase => \"b\" } }",
            "1:33: error: the name of a setting of \"mutate\" is expected; settings have nothing between them"
        ),
        ("filter { mutate { add_tag => \"a } }", "1:30: error: the text that begins here has no end; close it with \""),
        ("filter { if [a] = 5 { } }", "1:17: error: = compares nothing; write =="),
        ("filter { if [a] && [b] { } }", "1:17: error: & joins no conditions; write and, or"),
        ("filter { if [a] || [b] { } }", "1:17: error: | joins no conditions; write and, or"),
        (
            "filter { if a == 5 { } }",
            #"1:13: error: "a" is no value; a field stands in brackets, [a], a text in quotes"#
        ),
        (
            "filter { if [a] == b { } }",
            #"1:20: error: "b" is no value; a field stands in brackets, [b], a text in quotes"#
        ),
        ("filter { if [a] not [b] { } }", "1:20: error: in is expected behind not; write [a] not in [b]"),
        ("filter { if ([a] == 5 { } }", "1:13: error: the bracket that begins here has no end; close it with )"),
        ("filter { if [a] =~ b { } }", "1:20: error: a pattern is expected; write /…/ or \"…\""),
        ("filter { if [a] =~ /b { } }", "1:20: error: the pattern that begins here has no end; close it with /"),
        (
            "filter { if [a] =~ /b/i { } }",
            "1:23: error: no letters may stand behind the pattern; write /(?i)…/ for letters of either case"
        ),
        ("filter { if [a] =~ /(b/ { drop { } } }", "1:13: error:"),
        (
            "filter { if { } }",
            "1:13: error: a field or value is expected; write [name], a text in quotes, a number or /pattern/"
        ),
        (
            "filter { if [a] { drop { } } elsif [b] { } }",
            #"1:30: error: "elsif" is no word of the language; write else if"#
        ),
        (
            "filter { if [a] { drop { } } elseif [b] { } }",
            #"1:30: error: "elseif" is no word of the language; write else if"#
        ),
        ("filter { if [a] { drop { } } else { } else { } }", #"1:39: error: "else" is no word"#),
        ("filter { else { } }", #"1:10: error: "else" is no word"#),
        (
            "input { if [a] { stdin { } } }",
            "1:9: error: an input cannot stand in a branch; put the condition into filter { … }, on a field or tag of the input"
        ),
        (
            "filter { mutate { add_tag => \"${NOPE}\" } }",
            "1:30: error: ${NOPE} is not set; set it where the server starts, or write ${NOPE:DEFAULT}"
        ),
        ("filter { mutate { add_tag => ${NOPE} } }", "1:30: error: a variable stands in quotes; write \"${NAME}\""),
        ("filter { grok { } }", #"1:10: error: grok has no "match"; add match"#),
        ("filter { date { match => \"a\" } }", "1:26: error: match of date has no pattern"),
        ("filter { mutate { gsub => [\"a\", \"b\"] } }", "1:27: error: gsub has 2 texts"),
        ("filter { mutate { convert => { \"a\" => \"int\" } } }", "1:39: error: convert knows no type \"int\""),
        (
            "filter { mutate { remove => [\"a\"] } }",
            "1:19: error: mutate has no setting \"remove\" any more; write remove_field"
        ),
        ("filter { drop { percentage => \"x\" } }", "1:31: error: \"percentage\" of drop is not a number"),
        ("filter { json { } }", #"1:10: error: json has no "source""#),
        ("filter { ruby { code => 'x = 1' } }", "1:25: error: there is no Ruby here"),
        ("filter { if [a] AND [b] { } }", "1:17: error: \"AND\" compares nothing; write and"),
        (
            "filter { if [a] contains \"b\" { } }",
            "1:17: error: \"contains\" compares nothing; write \"TEXT\" in [FIELD]"
        ),
        ("filter { if not [a] { } }", "1:13: error: not stands before in alone; write ![NAME] or !(…)"),
        ("filter { if [a].[b] { } }", "1:16: error: a point joins no names; write the inner name behind the outer"),
        ("filter { if [a] === 5 { } }", "1:19: error: there is no such comparison; write == or !="),
        ("filter { if [a] <> 5 { } }", "1:18: error: there is no such comparison; write == or !="),
        ("filter { if [a == 5 { } }", "1:13: error: the bracket that begins here has no end; close it with ]"),
        (
            "filter { drop { }, drop { } }",
            "1:18: error: the name of a plugin is expected; plugins have nothing between"
        ),
        ("filter { drop { }; }", "1:18: error: the name of a plugin is expected; plugins have nothing between them"),
        ("filter { // no\n drop { } }", "1:10: error: the name of a plugin is expected; begin comments with #"),
        ("// no\nfilter { }", "1:1: error: input, filter or output is expected; begin comments with #"),
        ("filter { mutate { add_tag => “a” } }", "1:30: error: a value is expected; write straight quotes, \" or '"),
        (
            "filter { mutate { add_tag = \"a\" } }",
            "1:27: error: => is expected behind \"add_tag\"; write add_tag => VALUE"
        ),
        (
            "filter { mutate { add_tag: \"a\" } }",
            "1:26: error: => is expected behind \"add_tag\"; write add_tag => VALUE"
        ),
        (
            "# one\n\n# two\nfilter {\n\tmutate {\n\t\tbad => 1\n\t}\n}",
            #"6:3: error: mutate has no setting "bad"; remove it"#
        ),
        (
            "filter { # Ünïcödé\n}\nfilter { mutate { add_tag => \"ä\" bad => 1 } }",
            #"3:34: error: mutate has no setting "bad"; remove it"#
        ),
    ]

    @Test("an error has its place and its mend", arguments: errors)
    func error(_ text: String, _ expected: String) {
        let found = PlayedPipeline.errors(text)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix(expected) == true, "\(found) instead of \(expected)")
    }

    @Test("all errors of a file are told at once")
    func allErrors() {
        #expect(PlayedPipeline.errors("filter { drp { } mutate { bad => 1 worse => 2 } }").count == 3)
    }

    /// Ways to write what adds the field `a` with the value `b`.
    static let ways = [
        #"mutate { add_field => { "a" => "b" } }"#, #"mutate { add_field => { 'a' => 'b' } }"#,
        "mutate { add_field => { a => b } }", #"mutate { add_field => ["a", "b"] }"#,
        #"mutate { "add_field" => { "a" => "b" } }"#, #""mutate" { add_field => { "a" => "b" } }"#,
        #"mutate{add_field=>{"a"=>"b"}}"#, "mutate\n{\nadd_field\n=>\n{\na\n=>\nb\n}\n}",
        "mutate {\tadd_field\t=>\t{\ta =>\tb\t}\t}", "mutate { add_field => # why\n # and how\n { a => # that\n b } }",
        "# } before\nmutate { # { in\n add_field => { a => b } # } behind\n } # }\n",
        "mutate {\r\n  add_field => { a => b }\r\n}",
        #"mutate { add_field => [{ "a" => "b" }] }"#, #"mutate { id => "x" add_field => { "a" => "b" } }"#,
        #"mutate { add_field => { "[a]" => "b" } }"#, "mutate { } mutate { add_field => { a => b } }",
        "if [n] { mutate { add_field => { a => b } } }", "if [x] { } else { mutate { add_field => { a => b } } }",
        #"mutate { add_field => { "a" => "${A_VALUE}" } }"#, #"mutate { add_field => { "a" => "${NOPE:b}" } }"#,
        #"mutate { add_field => { "a" => "${A_VALUE:c}" } }"#, #"mutate { add_field => { "${A_NAME}" => "b" } }"#,
        "mutate { add_field => { a => b } enable_metric => false }",
    ]

    @Test("blanks, quotes and comments do not matter", arguments: ways)
    func layout(_ filters: String) throws {
        var options = PipelineOptions()
        options.environment = ["A_VALUE": "b", "A_NAME": "a"]
        #expect(try PlayedPipeline.json(filters, #"{"n":1}"#, options) == [#"{"n":1,"a":"b"}"#])
    }

    /// Texts in quotes, and what they mean without and with `config.support_escapes`.
    static let texts: [(String, String, String)] = [
        (#""a\nb""#, #"a\nb"#, "a\nb"), (#""a\tb""#, #"a\tb"#, "a\tb"), (#""a\"b""#, #"a\"b"#, #"a"b"#),
        (#"'a"b'"#, #"a"b"#, #"a"b"#), (#"'a\'b'"#, #"a\'b"#, "a'b"), (#""a\\b""#, #"a\\b"#, #"a\b"#),
        (#""a\wb""#, #"a\wb"#, #"a\wb"#), ("\"a\nb\"", "a\nb", "a\nb"), (#""""#, "", ""),
        (#""$5 ${""#, "$5 ${", "$5 ${"),
        (#""%{nope} {""#, "%{nope} {", "%{nope} {"),
    ]

    @Test("escapes in quotes stay unless the site asks for them", arguments: texts)
    func escapes(_ quoted: String, _ plain: String, _ read: String) throws {
        for (readsEscapes, expected) in [(false, plain), (true, read)] {
            var options = PipelineOptions()
            options.readsEscapes = readsEscapes
            let pipeline = try PlayedPipeline("filter { mutate { replace => { a => \(quoted) } } }", options)
            let value = pipeline.events([:]).first?["a"]
            #expect(value == .string(expected))
        }
    }

    @Test("settings that are written twice are joined where they are lists or hashes")
    func duplicates() throws {
        #expect(
            try PlayedPipeline.json(
                #"mutate { add_tag => ["a"] add_tag => "b" add_field => { x => 1 } add_field => ["y", "2"] }"#, "{}")
                == [#"{"x":"1","y":"2","tags":["a","b"]}"#])
    }

    @Test("codecs have settings of their own, and sections may come more than once")
    func sections() throws {
        let pipeline = try PlayedPipeline(
            """
            input { stdin { codec => json { charset => "UTF-8" } } }
            filter { mutate { add_tag => "a" } }
            output { stdout { codec => rubydebug { metadata => true } } }
            filter { mutate { add_tag => "b" } }
            input { tcp { port => 5000 codec => json_lines } }
            """)
        #expect(try pipeline.json("{}") == [#"{"tags":["a","b"]}"#])
        #expect(pipeline.network.pipelines[0].inputs.map(\.name) == ["stdin", "tcp"])
        #expect(pipeline.network.pipelines[0].outputs.outputs[0].codec?.name == "rubydebug")
    }

    @Test("nothing at all is a pipeline", arguments: ["", "# only this", "filter { }", "\n\r\n\t"])
    func empty(_ text: String) throws {
        #expect(try PlayedPipeline(text).json(#"{"a":1}"#) == [#"{"a":1}"#])
    }

    @Test("nesting is bounded, in blocks, brackets and values")
    func nesting() {
        func nested(_ count: Int, _ open: String, _ close: String, _ inner: String) -> String {
            String(repeating: open, count: count) + inner + String(repeating: close, count: count)
        }
        let shapes: [(Int) -> String] = [
            { "filter { \(nested($0, "if [a] { ", " }", "drop { }")) }" },
            { "filter { if \(nested($0, "(", ")", "[a]")) { drop { } } }" },
            { "filter { mutate { add_field => { a => \(nested($0, "[", "]", "1")) } } }" },
            { "filter { mutate { add_field => { a => \(nested($0, "{ b => ", " }", "1")) } } }" },
        ]
        for shape in shapes {
            #expect(PlayedPipeline.errors(shape(90)).allSatisfy { !$0.contains("too deep") })
            #expect(PlayedPipeline.errors(shape(100_000)).contains { $0.contains("too deep") })
        }
    }

    @Test("a large file is read, and its last line has a place")
    func largeFile() throws {
        let line = "  if [a] == \"some text of a line that is repeated\" { mutate { add_tag => [\"x\", \"y\"] } }\n"
        let text = "filter {\n" + String(repeating: line, count: 1_000) + "}\n"
        let problems = ProblemList()
        let syntax = try PipelineParser.parse(text, file: "large", problems: problems)
        #expect(syntax.sections.count == 1)
        #expect(PlayedPipeline.errors(text + "}").first?.hasPrefix("1003:1: error") == true)
    }

    @Test("a mark of the byte order is passed over")
    func byteOrderMark() throws {
        #expect(try PlayedPipeline("\u{feff}filter { mutate { add_tag => a } }").json("{}") == [#"{"tags":["a"]}"#])
    }
}
