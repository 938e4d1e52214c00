import Testing

@testable import LogPipeline

@Suite("Conditions")
struct ConditionTests {
    /// Fields of every kind.
    static let event =
        #"{"text": "abc", "empty": "", "false": "false", "n": 5, "r": 5.0, "big": 10, "t": true, "f": false, "null": null, "digits": "5", "list": ["a", 5, null], "none": [], "o": {"p": {"q": 1}}, "a.b": 1, "lines": "x\nCaused by: y", "tags": ["one", "two"]}"#

    /// A condition, and whether it is true: `nil` where it cannot be told.
    static let cases: [(String, Bool?)] = [
        // What is true.
        ("[text]", true), ("[empty]", false), ("[false]", false), ("[n]", true), ("[t]", true), ("[f]", false),
        ("[null]", false), ("[absent]", false), ("[list]", true), ("[none]", true), ("[o]", true), ("[o][p][q]", true),
        ("[o][x][q]", false), ("[a.b]", true), ("![text]", false), ("![absent]", true), ("! [absent]", true),
        ("!([text])", false), ("!(![text])", true), ("[list][0]", true), ("[list][-1]", false), ("[list][7]", false),
        // Equality.
        (#"[text] == "abc""#, true), ("[text] == 'abc'", true), (#"[text] == "ABC""#, false),
        (#"[text] != "abc""#, false), (#"[absent] == "abc""#, false), (#"[absent] != "abc""#, true),
        ("[n] == 5", true), ("[r] == 5", true), ("[n] == 5.0", true), (#"[n] == "5""#, false), ("[digits] == 5", false),
        (#"[digits] == "5""#, true), ("[n] != -5", true), (#"[t] == "true""#, false), ("[absent] == [missing]", true),
        (#""abc" == [text]"#, true), ("5 == [n]", true), ("[list][1] == [n]", true), (#"[list][0] == "a""#, true),
        (#"[tags] == ["one", "two"]"#, true), ("[none] == []", true), ("[tags] == []", false),
        (#"[@timestamp] == "2026-11-26T06:00:00.000Z""#, true),
        // Order.
        ("[n] > 4", true), ("[n] > 5", false), ("[n] >= 5", true), ("[n] < 5.5", true), ("[n] <= 4", false),
        ("[big] > [n]", true), (#"[text] > "abb""#, true), (#"[text] < "abd""#, true), (#"[digits] > "10""#, true),
        ("[digits] > 4", nil), (#"[n] > "4""#, nil), ("[absent] > 4", nil), ("[null] > 4", nil), ("[list] > 4", nil),
        ("[o] < 1", nil), ("[t] > 0", nil), ("[absent] > [missing]", nil), ("4 < [n]", true),
        // In.
        (#"[text] in ["abc", "x"]"#, true), (#"[text] in ["x", "y"]"#, false), (#"[text] not in ["x", "y"]"#, true),
        ("[n] in [4, 5]", true), (#"[n] in ["4", "5"]"#, false), (#""one" in [tags]"#, true),
        (#""three" in [tags]"#, false), (#""three" not in [tags]"#, true), (#""x" not in [absent]"#, true),
        (#""x" in [absent]"#, false), (#""b" in [text]"#, true), (#"[text] in "xabcx""#, true),
        (#"[absent] in ["a", "b"]"#, false), (#"[absent] not in ["a", "b"]"#, true), ("[n] in [list]", true),
        ("5 in [n]", true), (#"!("one" in [tags])"#, false), (#"[text] in ["abc"]"#, true),
        (#"not_a_word_before"#, nil),
        // Patterns.
        ("[text] =~ /^a/", true), ("[text] =~ /B/", false), ("[text] =~ /(?i)B/", true), (#"[text] =~ "b.$""#, true),
        ("[text] !~ /x/", true), ("[text] !~ /a/", false), ("[absent] =~ /x/", false), ("[absent] !~ /x/", true),
        ("[n] =~ /5/", false), ("[n] !~ /5/", true), ("[list] =~ /a/", false), ("[lines] =~ /^Caused by/", true),
        (#"[lines] =~ /\ACaused/"#, false), (#"[text] =~ /a\/|b/"#, true), (#"[text] =~ /[\w]+/"#, true),
        (#"[text] =~ '^"|b'"#, true),
        // Joined.
        (#"[text] and [n]"#, true), (#"[text] and [absent]"#, false), ("[absent] or [n]", true),
        ("[absent] or [null]", false), ("[text] xor [n]", false), ("[text] xor [absent]", true),
        ("[text] nand [n]", false), ("[text] nand [absent]", true), ("[absent] and [text] or [n]", true),
        ("[n] or [absent] and [null]", true), ("([n] or [text]) and [absent]", false),
        ("[absent] and [absent] > 4", false), ("[n] or [absent] > 4", true), ("[n] and [absent] > 4", nil),
        ("[absent] or [absent] > 4", nil), ("[n] xor [absent] > 4", nil), ("!([absent] > 4)", nil),
        ("[n]==5and[text]", nil), ("( ( [n] == 5 ) )", true),
    ]

    @Test("are true, false, or cannot be told", arguments: cases)
    func truth(_ condition: String, _ expected: Bool?) throws {
        let text =
            "filter { if \(condition) { mutate { replace => { \"[@metadata][is]\" => \"yes\" } } } "
            + "else { mutate { replace => { \"[@metadata][is]\" => \"no\" } } } }"
        let errors = PlayedPipeline.errors(text)
        if !errors.isEmpty {
            #expect(expected == nil, "\(errors)")
            return
        }
        let result = try PlayedPipeline(text).json(Self.event)
        let isYes = result[0].contains(#""is":"yes""#)
        let isNo = result[0].contains(#""is":"no""#)
        #expect((isYes ? true : isNo ? false : nil) == expected, "\(condition): \(result)")
        #expect(result[0].contains("_conditionfailure") == (expected == nil))
    }

    @Test("that cannot be told let their event pass by all branches, and are counted")
    func impossible() throws {
        let pipeline = try PlayedPipeline(
            """
            filter {
              if [absent] > 5 { drop { } } else if [n] == 5 { drop { } } else { drop { } }
              mutate { add_field => { "after" => "1" } }
            }
            """)
        #expect(try pipeline.json(#"{"n": 5}"#) == [#"{"n":5,"tags":["_conditionfailure"],"after":"1"}"#])
        #expect(pipeline.network.pipelines[0].filters.conditionFailures == 1)
    }

    @Test("choose the first branch that is true")
    func branches() throws {
        let text = """
            if [n] == 1 { mutate { add_tag => "a" } }
            # between the arms
            else if [n] == 2 { mutate { add_tag => "b" } } else
            if [n] == 2 { mutate { add_tag => "c" } } else { mutate { add_tag => "d" } }
            """
        for (number, tag) in [(1, "a"), (2, "b"), (3, "d")] {
            #expect(try PlayedPipeline.json(text, #"{"n":\#(number)}"#) == [#"{"n":\#(number),"tags":["\#(tag)"]}"#])
        }
    }

    @Test("of thousands of parts are asked")
    func longConditions() throws {
        let parts = (0..<2_000).map { "[n] == \($0)" }.joined(separator: " or ")
        #expect(try PlayedPipeline.json("if \(parts) { drop { } }", #"{"n":1999}"#).isEmpty)
        let all = (0..<2_000).map { "[n] != \($0)" }.joined(separator: " and ")
        #expect(try PlayedPipeline.json("if \(all) { drop { } }", #"{"n":2000}"#).isEmpty)
        let either = (0..<2_000).map { "[n] == \($0)" }.joined(separator: " xor ")
        #expect(PlayedPipeline.errors("filter { if \(either) { drop { } } }").count == 1)
    }
}
