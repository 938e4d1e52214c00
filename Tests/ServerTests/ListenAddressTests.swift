import Foundation
import Testing

@testable import Server

@Suite("Listen addresses")
struct ListenAddressTests {
    private static let hostName = ProcessInfo.processInfo.hostName

    @Test(
        "our own metrics are known by port, page and every sure name of this host",
        arguments: [
            ("127.0.0.1:9900", "http://127.0.0.1:9900/metrics", true),
            ("127.0.0.1:9900", "http://localhost:9900/metrics", true),
            ("0.0.0.0:9900", "http://localhost:9900/metrics", true),
            ("127.0.0.1:9900", "http://[::1]:9900/metrics?x=y", true),
            ("0.0.0.0:9900", "http://\(hostName):9900/metrics", true),
            ("192.0.2.7:80", "http://192.0.2.7/metrics", true),
            ("192.0.2.7:443", "https://192.0.2.7/metrics", true),
            ("127.0.0.1:9900", "http://127.0.0.1:99001/metrics", false),
            ("127.0.0.1:990", "http://127.0.0.1:9900/metrics", false),
            ("127.0.0.1:9900", "http://127.0.0.1:9900/-/healthy", false),
            ("127.0.0.1:9900", "http://192.0.2.7:9900/metrics", false),
            ("127.0.0.1:9900", "http://127.0.0.1.example.org:9900/metrics", false),
            ("127.0.0.1:9900", "http://other:9100/metrics?target=127.0.0.1:9900", false),
        ])
    func ownMetrics(listen: String, url: String, isOurs: Bool) throws {
        #expect(try ListenAddress(listen).servesMetrics(at: url) == isOurs)
    }

    @Test(
        "only this host's node_exporter takes the place of our own",
        arguments: [
            ("http://localhost:9100/metrics", true), ("http://\(hostName):9100/metrics", true),
            ("http://10.0.0.7:9100/metrics", false), ("http://127.9.example.org/metrics", false),
        ])
    func thisHost(url: String, isThis: Bool) { #expect(ListenAddress.isThisHost(url) == isThis) }

    @Test("a name that only begins like loopback is not taken for it", arguments: ["127.0.0.1.example.org:80", "h:80"])
    func loopback(text: String) throws {
        #expect(try !ListenAddress(text).isLoopback)
        #expect(try ListenAddress("127.0.0.2:80").isLoopback)
    }
}
