import PromQL
import PromQLScripts
import Testing

/// Our own scripts: what the queries of a video-management system answer over series made by hand.
struct ScriptTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let script: String
        /// What the script's expressions may use.
        let features: Set<PromQLFeature>

        init(_ name: String, features: Set<PromQLFeature> = [], _ script: String) {
            self.name = name
            self.script = script
            self.features = features
        }

        var testDescription: String { name }
    }

    @Test("Queries give the true answers", arguments: SeedScripts.all + LanguageScripts.all + ExperimentalScripts.all)
    func script(_ one: Case) throws {
        let report = try ScriptRunner(features: one.features).run(one.script)
        #expect(report.passed > 0 && report.skipped == 0)
        for failure in report.failures { Issue.record("\(one.name), line \(failure.line): \(failure.text)") }
    }
}
