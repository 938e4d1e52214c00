import Foundation
import HTTPKit
import HTTPTestSupport
import Hummingbird
import Logging
import Model
import SampleTraces
import SiteView
import TestSupport
import WebUI

/// The pages of a site that never changes, on a port of this host.
struct FixedPages {
    let url: String
    private let serving: Task<Void, any Error>

    init(_ site: FixedSite) async throws {
        let router = Router(context: AppRequestContext.self)
        try WebUI(
            view: site, dashboards: { [] }, siteName: "HCM site", version: "test", isDemo: false
        ).addRoutes(to: router)
        var logger = Logger(label: "pages")
        logger.logLevel = .critical
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { found.yield($0.localAddress?.port ?? 0) }, logger: logger)
        serving = Task {
            defer { found.finish() }
            try await application.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            throw NeverCame(description: "the pages were never served")
        }
        url = "http://127.0.0.1:\(port)"
    }

    func stop() { serving.cancel() }

    /// All is well, and a trace was sent.
    static func calm() async throws -> FixedPages { try await FixedPages(FixedSite(spans: spans(of: "cam-1"))) }

    /// Whatever can be wrong is, and names are long.
    static func broken() async throws -> FixedPages {
        let name = "Cổng phía Bắc, bãi đỗ xe tầng hầm số "
        let gone = NodeStatus(
            node: CameraNode(site: "", instance: "recorder-of-the-north-gate-3"), problem: "its agent sent nothing",
            lastSample: Int64(Date().timeIntervalSince1970 - 720) * 1_000, cameras: 4)
        return try await FixedPages(
            FixedSite(
                isTroubled: true,
                findings: [
                    Finding(.error, part: "storage", text: "the disk is full: nothing more is kept"),
                    Finding(.warning, part: "alerting", text: "no receiver has an address"),
                ], namePrefix: name, nodes: [gone], spans: spans(of: name + "2")))
    }

    /// A stalled camera's traces, the same each time but for when they were.
    private static func spans(of camera: String) -> [Span] {
        let now = Int64(Date().timeIntervalSince1970) * 1_000_000_000
        var samples = SampleTraces(seed: 7, start: now - 120_000_000_000)
        return samples.next(.stalled, camera: camera) + samples.next(.segment, camera: camera)
    }
}
