import Testing

@testable import LogPipeline

@Suite("Texts that filters take apart")
struct TextTests {
    @Test(
        "rows of separated columns",
        arguments: [
            ("a,b,c", "a|b|c"), ("a,,c", "a|nil|c"), ("a,\"\",c", "a||c"), ("\"a,b\",c", "a,b|c"),
            ("\"a \"\"quoted\"\" b\",c", "a \"quoted\" b|c"), ("a,b\nsecond,row", "a|b"), ("a,b\r\n", "a|b"),
            ("\"a\nb\",c", "a\nb|c"), (",", "nil|nil"), ("\n", ""), ("é,ü", "é|ü"), (" a , b ", " a | b "),
        ])
    func columns(text: String, columns: String) throws {
        #expect(try CSVText().columns(of: text).map { $0 ?? "nil" }.joined(separator: "|") == columns)
    }

    @Test("of other separators and quotes")
    func separators() throws {
        #expect(try CSVText(separator: ";", quoteCharacter: "'").columns(of: "'a;b';c\"d") == ["a;b", "c\"d"])
        #expect(try CSVText(separator: "||").columns(of: "a||b|c||\"d||e\"") == ["a", "b|c", "d||e"])
        #expect(try CSVText(separator: "\t").columns(of: "a\tb") == ["a", "b"])
        #expect(try CSVText(quoteCharacter: "").columns(of: "\"a,b\"") == ["\"a", "b\""])
    }

    @Test(
        "that are wrong are refused",
        arguments: [
            ("", "there is no row"), ("a\"b,c", "a quote stands within a column, at byte 1"),
            ("\"a", "a quote is not closed, from byte 0 on"),
            ("\"a\"b,c", "something follows on a quoted column, at byte 3"),
        ])
    func wrongRows(text: String, reason: String) throws {
        let error = #expect(throws: CSVError.self) { _ = try CSVText().columns(of: text) }
        #expect(error?.reason == reason)
    }

    @Test("priorities of syslog have the filter's names")
    func priorities() {
        let error = SyslogPriority(131)
        #expect(error.facility == 16 && error.facilityName == "local0" && error.severity == 3)
        #expect(error.severityName == "error")
        #expect(SyslogPriority().facilityName == "user-level" && SyslogPriority().severityName == "notice")
        #expect(SyslogPriority(999).facilityName == nil && SyslogPriority(-1).severityName == "debug")
    }

    @Test(
        "addresses with bytes in them",
        arguments: [
            ("a%20b+c", "a b+c"), ("europ%C3%A9enne", "européenne"), ("100%", "100%"), ("%zz%4", "%zz%4"),
            ("%41%42", "AB"),
            ("%E9t%22%C3%A9", "\\xE9t\\\"é"), ("%00", "\u{0}"), ("plain", "plain"),
        ])
    func addresses(text: String, decoded: String) { #expect(URLText.decoded(text) == decoded) }

    @Test("in other character sets")
    func charsets() {
        #expect(URLText.decoded("%E9%80", charset: .latin1) == "é\u{80}")
        #expect(URLText.decoded("%E9%80", charset: .windows1252) == "é€")
        #expect(URLText.Charset(name: "CP1252") == .windows1252 && URLText.Charset(name: "Big5") == nil)
    }
}
