import Exposition
import Foundation
import Model
import Testing

/// The OpenMetrics project's own pages, found by the variable `CONFORMANCE_DIR`.
struct ConformanceTests {
    static let directory = ProcessInfo.processInfo.environment["CONFORMANCE_DIR"].map { $0 + "/openmetrics" }

    struct Case: Decodable {
        let shouldParse: Bool
    }

    @Test("OpenMetrics' pages are read or refused as the specification demands")
    func pages() throws {
        guard let directory = Self.directory else {
            return print("SKIPPED: OpenMetrics' pages, because CONFORMANCE_DIR is not set")
        }
        var passed = 0
        var failed = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: directory).sorted() {
            let folder = URL(filePath: "\(directory)/\(name)")
            let wanted = try JSONDecoder().decode(
                Case.self, from: Data(contentsOf: folder.appending(path: "test.json")))
            let page = try Data(contentsOf: folder.appending(path: "metrics"))
            let refusal = CollectingSink.refusal(of: Array(page), .openMetrics)
            if (refusal == nil) == wanted.shouldParse {
                passed += 1
            } else {
                failed += 1
                Issue.record("\(name): \(refusal ?? "accepted"): \(String(decoding: page, as: UTF8.self))")
            }
        }
        print("openmetrics: \(passed) passed, \(failed) failed")
    }
}
