import Foundation
import Model
import Testing
import Transfers

@Suite("Proxies")
struct ProxyTests {
    /// Through the proxy a host that does not exist has an answer.
    private static func status(_ change: (inout HTTPClientConfig) -> Void = { _ in }) async -> Int? {
        var client = HTTPClientConfig()
        change(&client)
        let request = HTTPRequest(url: "http://exporter.invalid/metrics", timeout: .seconds(10), client: client)
        return try? await Transfers().send(request).status
    }

    @Test("the environment's proxy is used only where that is said")
    func environment() async {
        // In a process of its own: the environment belongs to all tests of one.
        await #expect(processExitsWith: .success) {
            let proxy = try PythonServer()
            for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"] {
                setenv(name, proxy.url(""), 1)
            }
            guard await Self.status() == nil else { exit(1) }
            guard await Self.status({ $0.proxyFromEnvironment = true }) == 404 else { exit(2) }
            setenv("no_proxy", "exporter.invalid", 1)
            guard await Self.status({ $0.proxyFromEnvironment = true }) == nil else { exit(3) }
            // What the environment excepts is no concern of a proxy that is written.
            let url = proxy.url("")
            guard await Self.status({ $0.proxyURL = url }) == 404 else { exit(4) }
        }
    }

    @Test("a proxy that is written is used, but not for the hosts of no_proxy")
    func written() async throws {
        let proxy = try PythonServer()
        let url = proxy.url("")
        #expect(await Self.status { $0.proxyURL = url } == 404)
        for list in ["exporter.invalid", "other.test, .invalid", "*"] {
            #expect(
                await Self.status {
                    $0.proxyURL = url
                    $0.noProxy = list
                } == nil, "\(list)")
        }
    }
}
