internal import Dashboards
internal import Foundation

/// Feeds any bytes as a file of Grafana. What is read of one is the same each time, each loss has its place in the file,
/// and pages can be given it.
enum DashboardFuzzer: Fuzzer {
    static func feed(_ data: UnsafePointer<UInt8>, _ size: Int) {
        let text = String(decoding: UnsafeBufferPointer(start: data, count: size), as: UTF8.self)
        do throws(DashboardError) {
            let reading = try Dashboard.read(text, path: "fuzz.json")
            for loss in reading.losses where loss.line < 1 || loss.column < 1 {
                fatalError("a loss without a place: \(loss.text)")
            }
            let again = try Dashboard.read(text, path: "fuzz.json")
            if pages(of: reading) != pages(of: again) { fatalError("the second reading differs from the first") }
        } catch {
            if error.line < 1 || error.column < 1 { fatalError("a refusal without a place: \(error.reason)") }
        }
    }

    /// What a page gives its scripts.
    private static func pages(of reading: DashboardReading) -> [Data] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            return try reading.dashboard.panels.map { try encoder.encode($0) } + [
                encoder.encode(reading.dashboard.variables), encoder.encode(reading.dashboard.links),
            ]
        } catch {
            fatalError("a page cannot be given the dashboard: \(error)")
        }
    }
}
