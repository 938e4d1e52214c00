import Model
import TestSupport
import Testing

@testable import RTSP

@Suite("Cameras that share a login")
struct SharedLoginTests {
    private static func challenge(_ sequence: Int) -> [UInt8] {
        Array(
            """
            RTSP/1.0 401 Unauthorized\r
            CSeq: \(sequence)\r
            WWW-Authenticate: Digest realm="nvr", nonce="abc"\r
            \r

            """.utf8)
    }

    @Test("send a wrong password once between them, all say why they wait, and once more when they are told to")
    func once() async throws {
        let listener = try RawListener()
        let device = ScriptedCamera(listener, [(1...6).map(Self.challenge)])
        defer { device.stop() }
        var timing = Support.quick
        timing.refusedLoginFirst = .seconds(600)
        timing.answerTimeout = .seconds(20)
        let ids = (1...16).map { "channel \($0)" }
        let targets = ids.map {
            ProbeTarget(id: $0, url: "rtsp://guard:wr0ng@127.0.0.1:\(listener.port)/\($0.replacing(" ", with: ""))")
        }
        func logins() -> Int { device.requests.count { $0.contains("Authorization:") } }
        try await Support.probing(targets, timing: timing) { probe in
            for id in ids {
                let reading = try await probe.reading(of: id, "waits", within: .seconds(30)) { $0.failure != nil }
                #expect(reading.failure == .unauthorized)
                #expect(!reading.detail.contains("wr0ng") && !reading.detail.isEmpty)
            }
            #expect(logins() == 1, "\(device.requests)")
            // Who only wants to see whether it answers does not spend a try of the account.
            for _ in 1...3 {
                let reading = await probe.tryNow(ids[3])
                #expect(
                    reading?.failure == .unauthorized && reading?.detail.contains("next try comes in 10 min") == true)
            }
            #expect(logins() == 1, "\(device.requests)")
            #expect(!probe.retryLogin(of: "none") && probe.retryLogin(of: ids[7]))
            _ = try await eventually("a second login", within: .seconds(20)) { logins() == 2 ? true : nil }
            try await Task.sleep(for: .seconds(1))
            #expect(logins() == 2)
        }
    }
}
