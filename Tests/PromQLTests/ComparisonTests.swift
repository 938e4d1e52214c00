import Foundation
import Testing

@testable import PromQL

@Suite("What an alert's expression compares")
struct ComparisonTests {
    private static let cases: [(String, String?)] = [
        ("camera_fps < 20", "camera_fps | < | 20.0"), ("(camera_fps) <= (4 * 5)", "camera_fps | <= | 20.0"),
        ("20 > camera_fps", "camera_fps | < | 20.0"), ("1 == up", "up | == | 1.0"), ("a != -1", "a | != | -1.0"),
        ("rate(e[5m]) / rate(n[5m]) > 0.05", "rate(e[5m]) / rate(n[5m]) | > | 0.05"),
        ("a < 0.98 * b", "a | < | 0.98 * b"), ("a > 5 and b == 1", "a | > | 5.0"),
        ("a and b == 1", "b | == | 1.0"), ("a > 5 unless on (x) b", "a | > | 5.0"),
        ("a > 5 or b > 6", nil), ("a", nil), ("vector(1)", nil), ("a > bool 5", nil), ("sum(a > 5)", nil),
        ("absent(up{job=\"x\"})", nil), ("1 > 2 * 3", nil),
    ]

    @Test("is split at its comparison", arguments: cases.indices)
    func splits(index: Int) throws {
        let (text, expected) = Self.cases[index]
        guard let expression = try? PromQLParser.parse(text) else { return #expect(expected == nil, "\(text)") }
        let found = expression.comparison.map { split in
            "\(split.series.prettyPrinted) | \(split.operation) | "
                + (split.threshold.map { "\($0)" } ?? split.other.prettyPrinted)
        }
        #expect(found == expected, "\(text)")
    }

    private static let alternatives: [(String, [String])] = [
        ("a > 5", ["a > 5"]), ("a > 5 or b > 6", ["a > 5", "b > 6"]),
        ("(a > 5 or b > 6) unless on (x) c", ["a > 5", "b > 6"]), ("(a or b) and c", ["a", "b"]),
        ("a or (b unless c) unless d or e", ["a", "(b unless c) unless d", "e"]),
        ("a and (b or c)", ["a and (b or c)"]),
        ("((a))", ["a"]), ("sum(a or b)", ["sum(a or b)"]),
    ]

    @Test("has sides of which any will do", arguments: alternatives.indices)
    func sides(index: Int) throws {
        let (text, expected) = Self.alternatives[index]
        #expect(try PromQLParser.parse(text).sides.map(\.prettyPrinted) == expected)
    }

    private static let narrowings: [(String, String)] = [
        ("camera_fps", "camera_fps{camera_id=\"c\"}"),
        ("max by (camera_id) (a{x=\"1\"})", "max by (camera_id) (a{x=\"1\",camera_id=\"c\"})"),
        ("sum by (node) (a)", "sum by (node) (a)"),
        ("sum without (node) (a)", "sum without (node) (a{camera_id=\"c\"})"),
        ("sum without (camera_id) (a)", "sum without (camera_id) (a)"),
        ("a / on (node) group_left () b", "a / on (node) group_left () b"),
        ("a / on (camera_id) b", "a{camera_id=\"c\"} / on (camera_id) b{camera_id=\"c\"}"),
        ("a * 100", "a{camera_id=\"c\"} * 100"), ("topk(1, a)", "topk(1, a)"),
        ("rate(a[5m] offset 1m)", "rate(a{camera_id=\"c\"}[5m] offset 1m)"),
        ("label_replace(a, \"b\", \"$1\", \"c\", \"(.*)\")", "label_replace(a, \"b\", \"$1\", \"c\", \"(.*)\")"),
        ("time() - max_over_time(a[1d:5m])", "time() - max_over_time(a{camera_id=\"c\"}[1d:5m])"),
        ("a - scalar(b)", "a - scalar(b)"),
        ("a{camera_id=\"c\"}", "a{camera_id=\"c\"}"),
    ]

    @Test("is narrowed to an alert's labels where that changes nothing else", arguments: narrowings.indices)
    func narrows(index: Int) throws {
        let (text, expected) = Self.narrowings[index]
        let narrowed = try PromQLParser.parse(text).narrowed(to: ["camera_id": "c"]).prettyPrinted
        #expect(narrowed == expected)
        _ = try PromQLParser.parse(narrowed)
    }
}
