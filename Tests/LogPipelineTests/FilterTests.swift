import Testing

@testable import LogPipeline

@Suite("Filters")
struct FilterTests {
    static let json: [FilterCase] = [
        FilterCase(
            #"json { source => "m" }"#, #"{"m":"{\"a\":{\"b\":[1,2.5,null,true]}}"}"#,
            #"{"m":"{\"a\":{\"b\":[1,2.5,null,true]}}","a":{"b":[1,2.5,null,true]}}"#),
        FilterCase(#"json { source => "m" target => "t" }"#, #"{"m":"[1]"}"#, #"{"m":"[1]","t":[1]}"#),
        FilterCase(#"json { source => "m" target => "m" }"#, #"{"m":"{\"a\":1}"}"#, #"{"m":{"a":1}}"#),
        FilterCase(
            #"json { source => "[o][m]" target => "[o][t]" remove_field => "[o][m]" }"#, #"{"o":{"m":"{\"a\":1}"}}"#,
            #"{"o":{"t":{"a":1}}}"#),
        FilterCase(#"json { source => "m" remove_field => "m" }"#, #"{"m":"{\"m\":1}"}"#, "{}"),
        FilterCase(#"json { source => "m" }"#, #"{"m":"{\"m\":\"inner\"}"}"#, #"{"m":"inner"}"#),
        FilterCase(
            #"json { source => "m" add_tag => "ok" }"#, #"{"m":"{"}"#, #"{"m":"{","tags":["_jsonparsefailure"]}"#),
        FilterCase(
            #"json { source => "m" tag_on_failure => ["a", "b"] }"#, #"{"m":"{"}"#, #"{"m":"{","tags":["a","b"]}"#),
        FilterCase(#"json { source => "m" skip_on_invalid_json => true }"#, #"{"m":"{"}"#, #"{"m":"{"}"#),
        FilterCase(#"json { source => "m" }"#, #"{"m":"[1]"}"#, #"{"m":"[1]","tags":["_jsonparsefailure"]}"#),
        FilterCase(#"json { source => "m" }"#, #"{"m":5}"#, #"{"m":5,"tags":["_jsonparsefailure"]}"#),
        FilterCase(#"json { source => "m" }"#, #"{"m":null}"#, #"{"m":null}"#),
        FilterCase(#"json { source => "m" }"#, "{}", "{}"),
        FilterCase(
            #"json { source => "m" remove_field => "m" }"#, #"{"m":"{\"@timestamp\":\"2026-11-26T05:00:00Z\"}"}"#,
            #"{"@timestamp":"2026-11-26T05:00:00.000Z"}"#),
        FilterCase(
            #"json { source => "m" remove_field => "m" }"#, #"{"m":"{\"tags\":{\"a\":1}}"}"#,
            #"{"_tags":{"a":1},"tags":["_tagsparsefailure"]}"#),
        FilterCase(
            #"json_encode { source => "a" target => "b" }"#, #"{"a":{"x":[1,"é"]}}"#,
            #"{"a":{"x":[1,"é"]},"b":"{\"x\":[1,\"é\"]}"}"#),
        FilterCase(#"json_encode { source => "a" }"#, #"{"a":"t"}"#, #"{"a":"\"t\""}"#),
        FilterCase(#"json_encode { source => "a" }"#, "{}", "{}"),
    ]

    static let dissections: [FilterCase] = [
        FilterCase(
            #"dissect { mapping => { "m" => "%{a} %{b}" } }"#, #"{"m":"x y z"}"#, #"{"m":"x y z","a":"x","b":"y z"}"#),
        FilterCase(
            #"dissect { mapping => { "m" => "%{a}, %{b->} %{c}" } }"#, #"{"m":"1, 2    3"}"#,
            #"{"m":"1, 2    3","a":"1","b":"2","c":"3"}"#),
        FilterCase(#"dissect { mapping => { "m" => "%{+t/2} %{+t/1}" } }"#, #"{"m":"x y"}"#, #"{"m":"x y","t":"y x"}"#),
        FilterCase(
            #"dissect { mapping => { "m" => "<%{p}>%{}: %{?k}=%{&k}" } }"#, #"{"m":"<5>q: n=v"}"#,
            #"{"m":"<5>q: n=v","p":"5","n":"v"}"#),
        FilterCase(
            #"dissect { mapping => { "m" => "%{a},%{b},%{c}" } }"#, #"{"m":"1,,3"}"#,
            #"{"m":"1,,3","a":"1","b":"","c":"3"}"#),
        FilterCase(
            #"dissect { mapping => { "m" => "%{[x][y]} %{m}" } }"#, #"{"m":"1 2"}"#, #"{"m":"2","x":{"y":"1"}}"#),
        FilterCase(
            #"dissect { mapping => { "m" => "%{a}-%{b}" } add_tag => "ok" }"#, #"{"m":"x"}"#,
            #"{"m":"x","tags":["_dissectfailure"]}"#),
        FilterCase(
            #"dissect { mapping => { "m" => "%{a} %{b}" } convert_datatype => { a => int b => float } }"#,
            #"{"m":"1 2.5"}"#, #"{"m":"1 2.5","a":1,"b":2.5}"#),
        FilterCase(
            #"dissect { mapping => { "m" => "%{a} %{b}" "n" => "%{c}|%{d}" } }"#, #"{"m":"1 2","n":"3|4"}"#,
            #"{"m":"1 2","n":"3|4","a":"1","b":"2","c":"3","d":"4"}"#),
    ]

    static let tables: [FilterCase] = [
        FilterCase(
            #"translate { source => "a" target => "b" dictionary => { 200 => "ok" "404" => "gone" } }"#, #"{"a":200}"#,
            #"{"a":200,"b":"ok"}"#),
        FilterCase(
            #"translate { source => "a" target => "b" dictionary => ["200", "ok"] }"#, #"{"a":"200"}"#,
            #"{"a":"200","b":"ok"}"#),
        FilterCase(
            #"translate { field => "a" destination => "b" dictionary => { x => y } fallback => "no %{a}" }"#,
            #"{"a":"z"}"#, #"{"a":"z","b":"no z"}"#),
        FilterCase(#"translate { source => "a" dictionary => { x => y } }"#, #"{"a":"x"}"#, #"{"a":"y"}"#),
        FilterCase(
            #"translate { source => "a" dictionary => { x => y } ecs_compatibility => disabled }"#, #"{"a":"x"}"#,
            #"{"a":"x","translation":"y"}"#),
        FilterCase(
            #"translate { source => "a" target => "b" dictionary => { x => y } }"#, #"{"a":"x","b":"old"}"#,
            #"{"a":"x","b":"old"}"#),
        FilterCase(
            #"translate { source => "a" target => "b" override => true dictionary => { x => y } }"#,
            #"{"a":"x","b":"old"}"#, #"{"a":"x","b":"y"}"#),
        FilterCase(
            #"translate { source => "a" target => "b" regex => true dictionary => { "^10\." => in ".*" => out } }"#,
            #"{"a":"10.0.0.1"}"#, #"{"a":"10.0.0.1","b":"in"}"#),
        FilterCase(
            #"translate { source => "a" target => "b" exact => false dictionary => { foo => bar } }"#,
            #"{"a":"a foo foo"}"#, #"{"a":"a foo foo","b":"a bar bar"}"#),
        FilterCase(
            #"translate { source => "l" iterate_on => "l" target => "t" dictionary => { a => 1 } }"#,
            #"{"l":["a","z"]}"#, #"{"l":["a","z"],"t":[1,null]}"#),
        FilterCase(
            #"translate { source => "k" iterate_on => "l" target => "v" dictionary => { a => one } }"#,
            #"{"l":[{"k":"a"},{"k":"z"}]}"#, #"{"l":[{"k":"a","v":"one"},{"k":"z"}]}"#),
        FilterCase(
            #"translate { source => "a" target => "b" dictionary => { x => y } add_tag => "hit" }"#, #"{"a":"q"}"#,
            #"{"a":"q"}"#),
    ]

    static let others: [FilterCase] = [
        FilterCase("drop { }", "{}"), FilterCase("drop { percentage => 0 }", "{}", "{}"),
        FilterCase(#"split { field => "m" }"#, #"{"m":"a\n\nb\n","n":1}"#, #"{"m":"a","n":1}"#, #"{"m":"b","n":1}"#),
        FilterCase(
            #"split { field => "m" terminator => "," add_tag => "s" }"#, #"{"m":"a,b"}"#, #"{"m":"a","tags":["s"]}"#,
            #"{"m":"b","tags":["s"]}"#),
        FilterCase(#"split { field => "m" }"#, #"{"m":[{"a":1},{},null,7]}"#, #"{"m":{"a":1}}"#, #"{"m":7}"#),
        FilterCase(
            #"split { field => "[o][l]" target => "x" remove_field => "o" }"#, #"{"o":{"l":[1,2]}}"#, #"{"x":1}"#,
            #"{"x":2}"#),
        FilterCase(#"split { field => "m" }"#, #"{"m":5}"#, #"{"m":5,"tags":["_split_type_failure"]}"#),
        FilterCase(
            #"split { } mutate { add_field => { "n" => "%{message}!" } }"#, #"{"message":"a\nb"}"#,
            #"{"message":"a","n":"a!"}"#, #"{"message":"b","n":"b!"}"#),
        FilterCase(
            #"split { field => "m" } if [m] == "b" { drop { } }"#, #"{"m":["a","b","c"]}"#, #"{"m":"a"}"#, #"{"m":"c"}"#
        ),
        FilterCase(
            #"clone { clones => ["c"] add_field => { x => 1 } }"#, #"{"a":1}"#, #"{"a":1}"#,
            #"{"a":1,"tags":["c"],"x":"1"}"#),
        FilterCase(
            #"clone { clones => ["c"] ecs_compatibility => disabled }"#, #"{"a":1}"#, #"{"a":1}"#,
            #"{"a":1,"type":"c"}"#),
        FilterCase(
            #"truncate { fields => ["a", "b"] length_bytes => 3 }"#, #"{"a":"äöü","b":["abcd",5],"c":"abcd"}"#,
            #"{"a":"ä","b":["abc",5],"c":"abcd"}"#),
        FilterCase(
            #"syslog_pri { }"#, #"{"log":{"syslog":{"priority":165}}}"#,
            #"{"log":{"syslog":{"priority":165,"facility":{"code":20,"name":"local4"},"severity":{"code":5,"name":"notice"}}}}"#
        ),
        FilterCase(
            #"syslog_pri { use_labels => false syslog_pri_field_name => "p" ecs_compatibility => disabled }"#,
            #"{"p":"13"}"#, #"{"p":"13","syslog_facility_code":1,"syslog_severity_code":5}"#),
        FilterCase(
            #"syslog_pri { }"#, #"{"log":{"syslog":{"priority":"x"}}}"#,
            #"{"log":{"syslog":{"priority":"x"}},"tags":["_syslogpriparsefailure"]}"#),
        FilterCase(
            #"grok { match => { "m" => "^%{WORD:a}(?: %{WORD:b})?$" } keep_empty_captures => true }"#, #"{"m":"x"}"#,
            #"{"m":"x","a":"x","b":null}"#),
        FilterCase(
            #"grok { match => { "m" => "^%{WORD:a}" } target => "[g][h]" }"#, #"{"m":"x"}"#,
            #"{"m":"x","g":{"h":{"a":"x"}}}"#),
        FilterCase(
            #"grok { match => { "m" => "^%{WORD:a} %{WORD:a}" } }"#, #"{"m":"x y"}"#, #"{"m":"x y","a":["x","y"]}"#),
        FilterCase(#"grok { match => { "m" => "^%{WORD:m}" } }"#, #"{"m":"x y"}"#, #"{"m":["x y","x"]}"#),
        FilterCase(#"grok { match => { "m" => "^%{WORD:m}" } overwrite => "m" }"#, #"{"m":"x y"}"#, #"{"m":"x"}"#),
        FilterCase(#"grok { match => { "m" => "^%{INT:n:int}" } }"#, #"{"m":"5","n":4}"#, #"{"m":"5","n":4}"#),
        FilterCase(#"grok { match => { "m" => "%{INT:n:int}" } }"#, #"{"m":["a","7"]}"#, #"{"m":["a","7"],"n":7}"#),
        FilterCase(
            #"grok { match => { "m" => "^%{INT:n:int}$" "o" => "^%{WORD:w}$" } }"#, #"{"m":"5","o":"x"}"#,
            #"{"m":"5","o":"x","n":5}"#),
        FilterCase(
            #"grok { match => { "m" => "^%{INT:n:int}$" "o" => "^%{WORD:w}$" } break_on_match => false }"#,
            #"{"m":"5","o":"x"}"#, #"{"m":"5","o":"x","n":5,"w":"x"}"#),
        FilterCase(#"grok { match => { "m" => "^x" } tag_on_failure => [] }"#, #"{"m":"y"}"#, #"{"m":"y"}"#),
        FilterCase(
            #"grok { match => { "m" => "^%{HUE:c}" } pattern_definitions => { HUE => "red|blue" } }"#,
            #"{"m":"blue sky"}"#, #"{"m":"blue sky","c":"blue"}"#),
        FilterCase(
            #"grok { match => { "m" => "^%{WORD:[@metadata][a]}" } }"#, #"{"m":"x"}"#,
            #"{"m":"x","@metadata":{"a":"x"}}"#),
        FilterCase(
            #"grok { match => { "m" => "^(?<[a][b]>\d+)-(?<c>\w)" } }"#, #"{"m":"12-x"}"#,
            #"{"m":"12-x","a":{"b":"12"},"c":"x"}"#),
        FilterCase(
            #"date { match => ["t", "UNIX_MS", "ISO8601"] target => "o" }"#, #"{"t":1795669200123}"#,
            #"{"t":1795669200123,"o":"2026-11-26T05:00:00.123Z"}"#),
        FilterCase(
            #"date { match => ["t", "yyyy-MM-dd HH:mm"] timezone => "%{z}" target => "o" }"#,
            #"{"t":"2026-11-26 05:00","z":"Asia/Tokyo"}"#,
            #"{"t":"2026-11-26 05:00","z":"Asia/Tokyo","o":"2026-11-25T20:00:00.000Z"}"#),
        FilterCase(
            #"date { match => ["t", "ISO8601"] tag_on_failure => "bad" }"#, #"{"t":{}}"#, #"{"t":{},"tags":["bad"]}"#),
        FilterCase(#"date { match => ["t", "ISO8601"] add_tag => "ok" }"#, #"{"t":null}"#, #"{"t":null}"#),
        FilterCase(
            #"date { match => ["t", "ISO8601"] add_tag => "ok" remove_field => "t" }"#,
            #"{"t":["2026-11-26T05:00:00Z","x"]}"#, #"{"@timestamp":"2026-11-26T05:00:00.000Z","tags":["ok"]}"#),
    ]

    @Test("read and write JSON", arguments: json)
    func readJSON(_ example: FilterCase) throws { try example.check() }

    @Test("dissect texts", arguments: dissections)
    func dissect(_ example: FilterCase) throws { try example.check() }

    @Test("look values up", arguments: tables)
    func translate(_ example: FilterCase) throws { try example.check() }

    @Test("do what they are for, and nothing more where they cannot", arguments: others)
    func apply(_ example: FilterCase) throws { try example.check() }

    /// Ruby, and what it does to `{"a":"1 x","b":"B"}`; `nil`: it is refused.
    static let ruby: [(String, String?)] = [
        (#"event.set('a', event.get('a').to_i)"#, #"{"a":1,"b":"B"}"#),
        (#"event.set("c", event.get("a").to_i)"#, #"{"a":"1 x","b":"B","c":1}"#),
        (#"event.set('a', event.get('a').split(' '))"#, #"{"a":["1","x"],"b":"B"}"#),
        (#"event.set('[c][d]', event.get('b'))"#, #"{"a":"1 x","b":"B","c":{"d":"B"}}"#),
        (#"event.set('b', event.get('b').downcase)"#, #"{"a":"1 x","b":"b"}"#),
        ("event.remove('a'); event.tag('t')", #"{"b":"B","tags":["t"]}"#),
        (#"event.set('a', event.get('a').gsub(/\d/, '_'))"#, #"{"a":"_ x","b":"B"}"#), ("event.cancel", ""),
        ("event.set('c', 'v') # why", #"{"a":"1 x","b":"B","c":"v"}"#),
        ("event.set('a', event.get('a').to_i) if event.get('a')", #"{"a":1,"b":"B"}"#),
        ("event.set('x', event.get('q').to_i) unless event.get('q').nil?", #"{"a":"1 x","b":"B"}"#),
        ("event.set('a', 5) # why", #"{"a":5,"b":"B"}"#), ("event.set('a', true)", #"{"a":true,"b":"B"}"#),
        ("event.set('a', 2.5)", #"{"a":2.5,"b":"B"}"#),
        ("event.set('c', event.get('b').to_json)", #"{"a":"1 x","b":"B","c":"\"B\""}"#),
        ("event.set('c', event.get('a').split(' ').last)", #"{"a":"1 x","b":"B","c":"x"}"#),
        ("event.set('c', event.get('a').split(' ')[0])", #"{"a":"1 x","b":"B","c":"1"}"#),
        ("event.set('c', event.get('a').split(';').first)", #"{"a":"1 x","b":"B","c":"1 x"}"#),
        ("event.set('c', event.get('q').split(' ').last)", #"{"a":"1 x","b":"B"}"#),
        ("event.set('a', event.get('b').to_i) if event.get('c')", nil),
        ("event.set('a', event.get('a').to_i * 1000)", nil), ("event.to_hash.each { |k, v| event.remove(k) }", nil),
        ("puts 'x'", nil),
    ]

    @Test("stand in for Ruby that people write in one line", arguments: ruby)
    func replaceRuby(_ code: String, _ expected: String?) throws {
        let filters = "ruby { code => \"\(code.replacing("\"", with: "'"))\" }"
        guard let expected else {
            #expect(PlayedPipeline.errors("filter { \(filters) }").count == 1)
            var options = PipelineOptions()
            options.unsupported = .tag
            let tagged = #"{"a":"1 x","b":"B","tags":["_unsupported_ruby"]}"#
            #expect(try PlayedPipeline.json(filters, #"{"a":"1 x","b":"B"}"#, options) == [tagged])
            return
        }
        #expect(try PlayedPipeline.json(filters, #"{"a":"1 x","b":"B"}"#) == (expected.isEmpty ? [] : [expected]))
        #expect(try PlayedPipeline.warnings("filter { \(filters) }").count == 1)
    }
}
