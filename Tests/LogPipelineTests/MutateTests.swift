import Testing

@testable import LogPipeline

@Suite("mutate")
struct MutateTests {
    static let steps: [FilterCase] = [
        FilterCase(
            #"mutate { coerce => { "a" => "x" "b" => "y" "c" => "z" } }"#, #"{"a":null,"b":1}"#, #"{"a":"x","b":1}"#),
        FilterCase(#"mutate { rename => { "a" => "b" } }"#, #"{"a":1}"#, #"{"b":1}"#),
        FilterCase(#"mutate { rename => { "a" => "b" } }"#, #"{"a":1,"b":2}"#, #"{"b":1}"#),
        FilterCase(#"mutate { rename => { "a" => "b" } }"#, #"{"c":1}"#, #"{"c":1}"#),
        FilterCase(#"mutate { rename => ["a", "b", "c", "[d][e]"] }"#, #"{"a":1,"c":2}"#, #"{"b":1,"d":{"e":2}}"#),
        FilterCase(#"mutate { rename => { "a" => "b" } }"#, #"{"a":null}"#, #"{"b":null}"#),
        FilterCase(#"mutate { update => { "a" => "%{b}!" "c" => "x" } }"#, #"{"a":1,"b":2}"#, #"{"a":"2!","b":2}"#),
        FilterCase(#"mutate { replace => { "a" => "x" "c" => "y" } }"#, #"{"a":1}"#, #"{"a":"x","c":"y"}"#),
        FilterCase(#"mutate { copy => { "a" => "b" "x" => "y" } }"#, #"{"a":{"c":1}}"#, #"{"a":{"c":1},"b":{"c":1}}"#),
        FilterCase(#"mutate { copy => { "a" => "b" } }"#, #"{"a":null}"#, #"{"a":null}"#),
        FilterCase(
            #"mutate { uppercase => ["a", "b", "n"] }"#, #"{"a":"äb","b":["x",1],"n":5}"#,
            #"{"a":"ÄB","b":["X",1],"n":5}"#),
        FilterCase(#"mutate { lowercase => "a" }"#, #"{"a":"ÄB"}"#, #"{"a":"äb"}"#),
        FilterCase(#"mutate { capitalize => "a" }"#, #"{"a":"hELLO wORLD"}"#, #"{"a":"Hello world"}"#),
        FilterCase(
            #"mutate { strip => ["a", "b", "c"] }"#, #"{"a":" \t\nx y\r\n ","b":[" p ",1],"c":"\u00a0x\u0000"}"#,
            #"{"a":"x y","b":["p",1],"c":"\u00a0x"}"#),
        FilterCase(
            #"mutate { split => { "a" => "," "n" => "," } }"#, #"{"a":"x,,y,,","n":5}"#, #"{"a":["x","","y"],"n":5}"#),
        FilterCase(#"mutate { split => { "a" => " " } }"#, #"{"a":"  x  y "}"#, #"{"a":["x","y"]}"#),
        FilterCase(#"mutate { split => { "a" => "::" } }"#, #"{"a":"x"}"#, #"{"a":["x"]}"#),
        FilterCase(
            #"mutate { join => { "a" => ", " "s" => "-" } }"#, #"{"a":["x",1,null],"s":"t"}"#,
            #"{"a":"x, 1, ","s":"t"}"#),
        FilterCase(
            #"mutate { merge => { "a" => "b" } }"#, #"{"a":["x"],"b":["y","x"]}"#, #"{"a":["x","y","x"],"b":["y","x"]}"#
        ),
        FilterCase(#"mutate { merge => { "a" => "b" } }"#, #"{"a":"x","b":"y"}"#, #"{"a":["x","y"],"b":"y"}"#),
        FilterCase(#"mutate { merge => { "a" => "b" } }"#, #"{"b":"y"}"#, #"{"b":"y","a":["y"]}"#),
        FilterCase(
            #"mutate { merge => { "a" => ["b", "c"] } }"#, #"{"a":["x"],"b":"y","c":"z"}"#,
            #"{"a":["x","y","z"],"b":"y","c":"z"}"#),
        FilterCase(
            #"mutate { merge => { "a" => "b" } }"#, #"{"a":{"p":1,"q":1},"b":{"q":2}}"#,
            #"{"a":{"p":1,"q":2},"b":{"q":2}}"#),
        FilterCase(#"mutate { merge => { "a" => "b" } }"#, #"{"a":{"p":1},"b":"y"}"#, #"{"a":{"p":1},"b":"y"}"#),
        FilterCase(#"mutate { gsub => ["a", "/", "_"] }"#, #"{"a":"/x/y"}"#, #"{"a":"_x_y"}"#),
        FilterCase(#"mutate { gsub => ["a", "[\\?#-]", "."] }"#, #"{"a":"a?b#c-d\\e"}"#, #"{"a":"a.b.c.d.e"}"#),
        FilterCase(#"mutate { gsub => ["a", "(\w+) (\w+)", "\2 \1"] }"#, #"{"a":"x y"}"#, #"{"a":"y x"}"#),
        FilterCase(#"mutate { gsub => ["a", "(?<l>\d+)", "<\k<l>>"] }"#, #"{"a":"x12"}"#, #"{"a":"x<12>"}"#),
        FilterCase(
            #"mutate { gsub => ["a", "x", "%{b}", "l", "x", "y"] }"#, #"{"a":"xx","b":"1","l":["x",2]}"#,
            #"{"a":"11","b":"1","l":["y",2]}"#),
        FilterCase(#"mutate { gsub => ["a", "%{b}", "-"] }"#, #"{"a":"1.2","b":"\\."}"#, #"{"a":"1-2","b":"\\."}"#),
        FilterCase(#"mutate { gsub => ["a", "^", "> "] }"#, #"{"a":"x\ny"}"#, #"{"a":"> x\n> y"}"#),
        FilterCase(
            #"mutate { gsub => ["n", "5", "6", "o", "1", "2"] }"#, #"{"n":5,"o":{"p":"1"}}"#, #"{"n":5,"o":{"p":"1"}}"#),
        FilterCase(#"mutate { gsub => ["a", "\"", "'"] }"#, #"{"a":"\"x\""}"#, #"{"a":"'x'"}"#),
    ]

    @Test("does each step", arguments: steps)
    func step(_ example: FilterCase) throws { try example.check() }

    /// A type, a value, and what it becomes.
    static let conversions: [(String, String, String)] = [
        ("integer", #""12""#, "12"), ("integer", #""12.9""#, "12"), ("integer", #""1,234""#, "1234"),
        ("integer", #""x""#, "0"),
        ("integer", #""0x1F""#, "0"), ("integer", #"" 7 ""#, "7"), ("integer", #""-3""#, "-3"), ("integer", "2.9", "2"),
        ("integer", "-2.9", "-2"), ("integer", "true", "1"), ("integer", "false", "0"),
        ("integer", #"["1",null,"x"]"#, "[1,null,0]"),
        ("integer", #"{"a":"1"}"#, #"{"a":"1"}"#), ("integer", "null", "null"), ("integer_eu", #""1.234,9""#, "1234"),
        ("float", #""1,000.5""#, "1000.5"), ("float", "3", "3.0"), ("float", #""1e3""#, "1000.0"),
        ("float", #""x""#, "0.0"),
        ("float", "true", "1.0"), ("float_eu", #""1.000,5""#, "1000.5"), ("string", "5", #""5""#),
        ("string", "true", #""true""#),
        ("string", "[1,2]", #"["1","2"]"#), ("string", "1.5", #""1.5""#), ("boolean", #""yes""#, "true"),
        ("boolean", #""No""#, "false"),
        ("boolean", "1", "true"), ("boolean", "0.0", "false"), ("boolean", #""""#, "false"),
        ("boolean", #""maybe""#, #""maybe""#),
        ("boolean", #"["t","f"]"#, "[true,false]"),
    ]

    @Test("converts", arguments: conversions)
    func convert(_ type: String, _ value: String, _ expected: String) throws {
        try FilterCase("mutate { convert => { a => \"\(type)\" } }", "{\"a\":\(value)}", "{\"a\":\(expected)}").check()
        try FilterCase("mutate { convert => [\"a\", \"\(type)\"] }", "{\"a\":\(value)}", "{\"a\":\(expected)}").check()
    }

    @Test("has an order of its own, whatever the order in the block")
    func order() throws {
        let forward = [
            #"coerce => { "c" => "7x" }"#, #"rename => { "c" => "a" }"#, #"update => { "u" => "%{a}" }"#,
            #"replace => { "r" => "%{u}" }"#, #"convert => { "u" => "integer" }"#, #"gsub => ["r", "x", " äy "]"#,
            #"uppercase => "r""#, #"capitalize => "k""#, #"lowercase => "r""#, #"strip => "r""#,
            #"split => { "r" => " " }"#,
            #"join => { "r" => "+" }"#, #"merge => { "r" => "u" }"#, #"copy => { "r" => "d" }"#,
            #"add_field => { "e" => "%{d}" }"#, #"remove_field => ["d"]"#, #"add_tag => "%{e}""#,
            #"remove_tag => "7+äy,7""#,
        ]
        let event = #"{"c":null,"u":"old","k":"kK"}"#
        let expected = #"{"u":7,"k":"Kk","a":"7x","r":["7+äy",7],"e":"7+äy,7","tags":[]}"#
        for settings in [forward, forward.reversed(), forward.sorted()] {
            try FilterCase("mutate { \(settings.joined(separator: " ")) }", event, expected).check()
        }
    }

    @Test("stops where a step cannot be done, and adds nothing then")
    func failure() throws {
        try FilterCase(
            #"mutate { replace => { "[s][x]" => "1" } lowercase => "t" add_field => { "done" => "1" } tag_on_failure => "_bad" }"#,
            #"{"s":"text","t":"UP"}"#, #"{"s":"text","t":"UP","tags":["_bad"]}"#
        ).check()
    }
}
