import Foundation
import TestSupport
import Testing

@testable import DatePatterns

/// Dates with what Joda-Time reads in them: our own, and those of `CONFORMANCE_DIR`.
@Suite("Dates as Joda-Time reads them")
struct DateConformanceTests {
    struct Case: CustomTestStringConvertible {
        let text: String
        let pattern: String
        let zone: String
        let expected: String
        let clock: String
        let locale: String

        init?(_ line: Substring) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard !line.hasPrefix("#"), fields.count >= 5 else { return nil }
            text = fields[0]
            pattern = fields[1]
            zone = fields[2]
            expected = fields[3]
            clock = fields[4]
            locale = fields.count > 5 ? fields[5] : "en"
        }

        var testDescription: String { "\(text) as \(pattern) in \(zone)" }
    }

    static let cases = Conformance.contents(of: "logs/date_cases.tsv").flatMap { data in
        String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap(Case.init)
    }

    private static func milliseconds(_ text: String) throws -> Int64 {
        Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970 * 1_000)
    }

    @Test("the time, or its words of failure", arguments: cases)
    func dates(of row: Case) throws {
        let zone = try #require(TimeZoneRule.named(row.zone))
        let locale = try #require(DateLocale.named(row.locale))
        let pattern = try DatePattern(row.pattern, zone: zone, locale: locale, clockZone: .utc)
        let now = try Self.milliseconds(row.clock)
        var result: String
        do {
            result = DatePrinter.iso8601.text(for: try pattern.milliseconds(of: row.text, now: now)) + "Z"
        } catch {
            result = "FAIL \(error)"
        }
        #expect(result == row.expected)
    }

    @Test("there are as many cases as were put down")
    func count() { #expect(Self.cases.count >= 88) }
}
