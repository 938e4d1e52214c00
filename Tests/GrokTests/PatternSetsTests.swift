import Grok
import Testing

@Suite struct PatternSetsTests {
    @Test(arguments: GrokLibrary.BuiltIn.allCases) func `Each pattern takes a text of its kind whole`(
        _ set: GrokLibrary.BuiltIn
    ) throws {
        let library = GrokLibrary(set)
        let scratch = MatchScratch()
        for (name, text) in PatternTexts.all where library[name] != nil {
            let pattern = try GrokPattern("\\A%{\(name):whole}\\z", library)
            #expect(pattern.expression.match(text, scratch) == .found, "\(name) takes \(text)")
        }
    }

    @Test(arguments: GrokLibrary.BuiltIn.allCases) func `No pattern is without a text to try it`(
        _ set: GrokLibrary.BuiltIn
    ) {
        let tried = Set(PatternTexts.all.map(\.name))
        #expect(GrokLibrary(set).names.filter { !tried.contains($0) } == [])
    }

    @Test func `Both sets have the same names`() {
        let legacy = Set(GrokLibrary(.legacy).names)
        let ecs = Set(GrokLibrary(.ecs).names)
        #expect(legacy.symmetricDifference(ecs) == ["SQUID3_STATUS"])
    }

    static let refusals: [(name: String, texts: [String])] = [
        ("IPV4", ["256.1.1.1", "1.2.3", "1.2.3.4.5.6.7.8x"]),
        ("IPV6", ["1:2:3", ":::", "12345::", "1::2::3", "g::1"]),
        ("INT", ["", "x", "+"]),
        ("POSINT", ["0", "01"]),
        ("MONTHNUM2", ["1", "13"]),
        ("MONTHDAY", ["0", "32"]),
        ("HOUR", ["24"]),
        ("MINUTE", ["60", "5"]),
        ("SECOND", ["61"]),
        ("TIME", ["12:30", "24:00:00"]),
        ("YEAR", ["202"]),
        ("UUID", ["123e4567-e89b-12d3-a456-42661417400"]),
        ("COMMONMAC", ["00:1A:2B:3C:4D"]),
        ("LOGLEVEL", ["level", "WARn"]),
        ("TIMESTAMP_ISO8601", ["2026-13-01T00:00", "2026-11-25"]),
        ("WORD", ["two words", ""]),
        ("QUOTEDSTRING", ["\"open", "'mixed\""]),
        ("EMAILADDRESS", ["nobody", "@example.com"]),
    ]

    @Test(arguments: refusals) func `A pattern does not take what is of another kind`(
        _ one: (name: String, texts: [String])
    ) throws {
        let scratch = MatchScratch()
        let pattern = try GrokPattern("\\A%{\(one.name)}\\z", GrokLibrary(.legacy))
        for text in one.texts { #expect(pattern.expression.match(text, scratch) == .none, "\(one.name) \(text)") }
    }

    static let fields: [(set: GrokLibrary.BuiltIn, pattern: String, text: String, fields: String)] = [
        (
            .legacy, "%{COMBINEDAPACHELOG}",
            #"10.0.0.1 - frank [25/Nov/2026:20:10:55 +0700] "GET /a HTTP/1.0" 200 2326 "-" "curl""#,
            #"{"agent":"\"curl\"","auth":"frank","bytes":"2326","clientip":"10.0.0.1","httpversion":"1.0","ident":"-","referrer":"\"-\"","request":"/a","response":"200","timestamp":"25/Nov/2026:20:10:55 +0700","verb":"GET"}"#
        ),
        (
            .legacy, "%{SYSLOGLINE}", "Nov 26 05:00:00 node1 sshd[4711]: hello",
            #"{"logsource":"node1","message":"hello","pid":"4711","program":"sshd","timestamp":"Nov 26 05:00:00"}"#
        ),
        (
            .ecs, "%{SYSLOG5424LINE}", "<34>1 2026-11-26T05:00:00Z node1 su 77 ID47 - failed",
            #"{"[event][code]":"ID47","[host][hostname]":"node1","[log][syslog][priority]":34,"[process][name]":"su","[process][pid]":77,"[system][syslog][version]":"1","message":"failed","timestamp":"2026-11-26T05:00:00Z"}"#
        ),
        (
            .ecs, "%{JAVASTACKTRACEPART}", "  at a.B.run(B.java:42)",
            #"{"[java][log][origin][class][name]":"a.B","[log][origin][file][line]":42,"[log][origin][file][name]":"B.java","[log][origin][function]":"run"}"#
        ),
        (
            .ecs, "%{REDISMONLOG}", #"1764100195.1 [0 127.0.0.1:60866] "get" "key""#,
            ##"{"[client][ip]":"127.0.0.1","[client][port]":60866,"[redis][command][args]":"\"key\"","[redis][command][name]":"get","[redis][database][id]":"0","timestamp":"1764100195.1"}"##
        ),
    ]

    @Test(arguments: fields) func `Fields are called as their set has them`(
        _ one: (set: GrokLibrary.BuiltIn, pattern: String, text: String, fields: String)
    ) throws {
        let fields = try Fields.of(one.text, GrokPattern(one.pattern, GrokLibrary(one.set)))
        #expect(fields.map(GrokCasesTests.json) == one.fields)
    }
}
