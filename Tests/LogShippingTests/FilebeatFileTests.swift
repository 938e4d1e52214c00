import ConfigText
import Foundation
import LogShipping
import TestSupport
import Testing

/// Whole files in the manner of those that people publish. The first line says what is expected: how many inputs are
/// started, and the one message where one is wanted.
@Suite("Whole files of filebeat.yml")
struct FilebeatFileTests {
    private static let paths = Conformance.paths(in: "filebeat", endings: [".yml"])

    @Test("there are as many as are wanted")
    func count() { #expect(Self.paths.count >= 35) }

    @Test("load, or say what is wrong", arguments: paths)
    func load(_ path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let first = try #require(text.split(separator: "\n").first)
        let parts = first.dropFirst(3).split(separator: ", ", maxSplits: 1)
        let count = try #require(Int(parts[0].prefix { $0.isNumber }))
        let problems = ProblemList()
        let config = try #require(
            FilebeatReader.read(
                text, path: path, environment: ["LOG_ROOT": "/srv/vms", "NODE_NAME": "node-1"], problems: problems))
        #expect(config.inputs.count == count, "\(problems.all)")
        let errors = problems.all.filter { $0.severity == .error }
        guard parts.count > 1 else {
            #expect(errors.isEmpty && config.refused.isEmpty)
            return
        }
        let message = String(parts[1].drop { $0 != " " }.dropFirst())
        if parts[1].hasPrefix("says:") {
            #expect(problems.all.filter { $0.description.contains(message) }.count == 1, "\(problems.all)")
            #expect(config.refused.isEmpty)
        } else {
            #expect(config.refused.count == 1 && errors.count == 1, "\(problems.all)")
            #expect(config.refused.first?.reason.contains(message) == true, "\(config.refused)")
            #expect(config.isUnreadable == parts[1].hasPrefix("unreadable:"))
        }
    }
}
