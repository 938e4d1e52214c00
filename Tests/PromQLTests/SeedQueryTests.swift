import Foundation
import PromQL
import Testing

/// Every expression of the site that is built in is PromQL, without any feature being on.
struct SeedQueryTests {
    private static let site = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Site/BuiltInSite")

    @Test("Every expression of the built-in rules parses")
    func rules() throws {
        let text = try String(contentsOf: Self.site.appending(path: "rules/vms.yml"), encoding: .utf8)
        let expressions = Self.expressions(inRules: text)
        #expect(expressions.count >= 15)
        for expression in expressions { #expect(throws: Never.self) { try PromQLParser.parse(expression) } }
    }

    @Test("Every expression of the built-in dashboards parses")
    func dashboards() throws {
        let folder = Self.site.appending(path: "dashboards")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let expressions = try files.filter { $0.pathExtension == "json" }.flatMap { file in
            Self.expressions(inDashboard: try JSONSerialization.jsonObject(with: Data(contentsOf: file)))
        }
        #expect(expressions.count >= 20)
        for expression in expressions { #expect(throws: Never.self) { try PromQLParser.parse(expression) } }
    }

    /// `expr: …` on one line, or the indented lines behind `expr: |`.
    private static func expressions(inRules text: String) -> [String] {
        var found: [String] = []
        var indent: Int?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let depth = line.prefix { $0 == " " }.count
            if let outer = indent, depth > outer || line.isEmpty {
                found[found.count - 1] += line + "\n"
                continue
            }
            indent = nil
            guard let match = line.firstMatch(of: /^\s+expr: (.*)$/) else { continue }
            if match.1 == "|" { indent = depth }
            found.append(match.1 == "|" ? "" : String(match.1))
        }
        return found
    }

    private static func expressions(inDashboard value: Any) -> [String] {
        if let list = value as? [Any] { return list.flatMap(expressions(inDashboard:)) }
        guard let object = value as? [String: Any] else { return [] }
        return object.flatMap { key, inner in
            if key == "expr", let text = inner as? String { return [text] }
            return expressions(inDashboard: inner)
        }
    }
}
