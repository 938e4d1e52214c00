import Exposition
import Foundation
import Model
import TestSupport
import Testing

/// Pages of our own, and the OpenMetrics project's where the variable `CONFORMANCE_DIR` says they lie.
struct ConformanceTests {
    struct Case: Decodable {
        let shouldParse: Bool
    }

    @Test("OpenMetrics' pages are read or refused as the specification demands")
    func pages() throws {
        var passed = 0
        var failed = 0
        for path in Conformance.paths(in: "openmetrics") {
            let folder = URL(filePath: path)
            let wanted = try JSONDecoder().decode(
                Case.self, from: Data(contentsOf: folder.appending(path: "test.json")))
            let page = try Data(contentsOf: folder.appending(path: "metrics"))
            let refusal = CollectingSink.refusal(of: Array(page), .openMetrics)
            if (refusal == nil) == wanted.shouldParse {
                passed += 1
            } else {
                failed += 1
                Issue.record("\(path): \(refusal ?? "accepted"): \(String(decoding: page, as: UTF8.self))")
            }
        }
        print("openmetrics: \(passed) passed, \(failed) failed")
    }
}
