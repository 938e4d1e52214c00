import Foundation
import Instruments
import Model
import RTSP
import SharedCauses
import TestSupport
import Testing
import Transfers

@testable import Collectors
@testable import Recorders

@Suite("Cameras of this host that fail together")
struct CameraCausesTests {
    private static let start: Int64 = 1_790_000_000_000

    private static func camera(
        _ id: String, _ url: String?, path: String? = nil, labels: [String: String] = [:]
    ) -> CameraSettings {
        var camera = CameraSettings(id: id)
        camera.url = url
        camera.recordingPath = path
        camera.labels = labels
        return camera
    }

    private static let cameras = (1...6).map { camera("c\($0)", "rtsp://u:p@10.50.3.\($0)/s") }

    private static func verdict(_ state: CameraState, _ failure: CameraFailure? = nil) -> CameraJudge.Verdict {
        CameraJudge.Verdict(state: state, failure: failure, isConnected: state > .stalled)
    }

    private static let starting = CameraJudge.Verdict(
        state: .unknown, reason: "Connecting", isConnected: false, isStarting: true)
    private static let paused = CameraJudge.Verdict(
        state: .unknown, isConnected: false, isKnown: false, isPaused: true)

    /// Who looks, and its clocks.
    private final class Site {
        var causes: CameraCauses
        var now = CameraCausesTests.start
        var steady: Int64 = 1_000_000

        func due(after seconds: Int64 = 0) -> Data? {
            causes.due(now: now + seconds * 1_000, steady: steady + seconds * 1_000)
        }

        init(file: String? = nil) { causes = CameraCauses(node: "rec-1", file: file) }

        /// Looks, some seconds later.
        func look(
            after seconds: Int64 = 1, _ cameras: [CameraSettings] = CameraCausesTests.cameras,
            _ verdict: (Int) -> CameraJudge.Verdict
        ) -> [String] {
            now += seconds * 1_000
            steady += seconds * 1_000
            causes.begin(cameras)
            for (index, camera) in cameras.enumerated() {
                causes.take(camera.id, verdict(index), nil, now: now, steady: steady)
            }
            return causes.end().map(\.cause.headline)
        }
    }

    @Test("are a group once enough are down, for as long as they are")
    func life() {
        let site = Site()
        #expect(site.look { _ in Self.starting } == [])
        #expect(site.look { _ in Self.verdict(.online) } == [])
        #expect(site.look { Self.verdict($0 < 3 ? .offline : .online) } == [])
        let four = site.look(after: 3) { Self.verdict($0 < 4 ? .offline : .online) }
        #expect(four == ["4 of 6 cameras of 10.50.3.0/24, within 3 s"])
        // A stalled one is no new fall, and one that is asked anew is still down.
        let stalled = site.look(after: 300) { index in
            var verdict = Self.verdict(index < 4 ? .stalled : .online)
            verdict.isStarting = index == 0
            return verdict
        }
        #expect(stalled == four)
        #expect(site.look { Self.verdict($0 < 3 ? .offline : .online) } == [])
    }

    @Test("while a server starts are none before all of them were judged")
    func start() {
        let site = Site()
        #expect(site.look { $0 < 4 ? Self.verdict(.offline) : Self.starting } == [])
        #expect(site.look { Self.verdict($0 < 4 ? .offline : .online) } == [], "they may be down for long")
        let all = Site()
        #expect(all.look { $0 < 4 ? Self.verdict(.offline) : Self.starting } == [])
        let told = all.look(after: 15) { _ in Self.verdict(.offline) }
        #expect(told == ["6 of 6 cameras of 10.50.3.0/24, ever since they are watched"])
    }

    @Test("count neither way in maintenance, and are forgotten when they are taken out")
    func paused() {
        let site = Site()
        _ = site.look { _ in Self.verdict(.online) }
        #expect(
            site.look { $0 < 3 ? Self.paused : Self.verdict(.offline) }.first?.hasPrefix("3 of 3 cameras of") == true)
        #expect(site.look { $0 < 4 ? Self.paused : Self.verdict(.offline) } == [])
        #expect(site.look { _ in Self.verdict(.offline) } == ["6 of 6 cameras of 10.50.3.0/24, within 2 s"])
        #expect(
            site.look(Array(Self.cameras.prefix(4))) { _ in Self.verdict(.offline) }.first?.hasPrefix("4 of 4") == true)
        #expect(site.look(Array(Self.cameras.prefix(2))) { _ in Self.verdict(.offline) } == [])
        #expect(site.look([]) { _ in Self.verdict(.offline) } == [])
    }

    @Test("whatever the wall clock does meanwhile")
    func clock() {
        let site = Site()
        _ = site.look { _ in Self.verdict(.online) }
        _ = site.look { Self.verdict($0 < 2 ? .offline : .online) }
        site.now += 3_600_000
        #expect(
            site.look { Self.verdict($0 < 4 ? .offline : .online) } == ["4 of 6 cameras of 10.50.3.0/24, within 1 s"])
        let back = Site()
        _ = back.look { _ in Self.verdict(.online) }
        _ = back.look { Self.verdict($0 < 2 ? .offline : .online) }
        back.now -= 600_000
        #expect(back.look(after: 600) { Self.verdict($0 < 4 ? .offline : .online) } == [], "ten minutes lie between")
    }

    @Test("are the same group after a restart, and no new one is made of what fell long ago")
    func restart() throws {
        let folder = try TemporaryDirectory()
        let file = folder.path + "/falls.json"
        func down(_ index: Int) -> CameraJudge.Verdict { Self.verdict(index < 4 ? .offline : .online) }
        let site = Site(file: file)
        _ = site.look { _ in Self.verdict(.online) }
        let told = site.look(after: 3) { down($0) }
        let data = try #require(site.due())
        #expect(site.due(after: 60) == nil, "nothing changed")
        try data.write(to: URL(filePath: file))
        #expect(!String(decoding: data, as: UTF8.self).contains("10.50"))
        // Another process, whose steady clock begins anew.
        let again = Site(file: file)
        (again.now, again.steady) = (site.now + 60_000, 5_000)
        #expect(again.look { _ in Self.starting } == [])
        #expect(again.look { down($0) } == told)
        // One that came back in between, and fell by itself.
        let later = Site(file: file)
        later.now = site.now + 7_200_000
        #expect(later.look { Self.verdict($0 < 2 ? .offline : .online) } == [])
        #expect(later.look { down($0) } == [], "two fell two hours after the others")
        try "{ broken".write(toFile: file, atomically: true, encoding: .utf8)
        let broken = Site(file: file)
        #expect(broken.look { _ in Self.verdict(.online) } == [])
    }

    @Test("by refused logins, by a full disk, by recorders that ended")
    func troubles() {
        let channels = (1...4).map { Self.camera("c\($0)", "rtsp://u:p@10.50.3.9/\($0)", path: "/proc/x/\($0)") }
        func told(_ verdict: CameraJudge.Verdict) -> [String] {
            let site = Site()
            _ = site.look(channels) { _ in Self.verdict(.online) }
            return site.look(channels) { _ in verdict }
        }
        #expect(
            told(Self.verdict(.offline, .unauthorized))
                == ["4 of 4 cameras with the login at 10.50.3.9:554, which is refused, within 1 s"])
        #expect(told(Self.verdict(.offline, .timeout)) == ["4 of 4 cameras of 10.50.3.9, within 1 s"])
        #expect(
            told(.init(state: .notRecording, reason: "Frames arrive, but nothing is written", isConnected: true))
                == ["4 of 4 cameras recorded to /proc, within 1 s"])
        #expect(
            told(.init(state: .notRecording, reason: "x: No space left on device", isConnected: false))
                == ["4 of 4 cameras recorded to /proc, within 1 s"])
        #expect(
            told(.init(state: .notRecording, reason: "The recorder does not run.", isConnected: false))
                == ["4 of 4 cameras of the node rec-1, within 1 s"])
        #expect(told(Self.verdict(.degraded)) == [])
    }

    @Test(
        "an address is of a subnet",
        arguments: [
            ("10.50.3.17", "10.50.3.0/24"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::ffff:10.50.3.17", "10.50.3.0/24"), ("fe80::1%eth0", "fe80::%eth0/64"), ("127.0.0.1", nil),
            ("localhost", nil), ("::1", nil), ("gate.example", nil), ("", nil), ("10.50.3", nil), ("10.50.3.999", nil),
        ] as [(String, String?)])
    func subnet(host: String, subnet: String?) { #expect(CameraShares.subnet(of: host) == subnet) }

    @Test("no name of what they share has a user or a password, and other passwords are other logins")
    func names() {
        var shares = CameraShares(node: "rec-1")
        shares.read([
            Self.camera("b", "rtsp://admin:secret@nvr.example:8554/1", labels: ["switch": "sw-3", "floor": "2"]),
            Self.camera("a", "rtsp://admin:secret@10.0.0.1/1"), Self.camera("x", "rtsp://admin:other@10.0.0.1/1"),
            Self.camera("r", "rtsp://127.0.0.1:8554/r"), Self.camera("none", nil), Self.camera("odd", "rtsp://"),
        ])
        func names(_ id: String) -> [String] { shares[id].map { "\($0.kind.rawValue) \($0.name)" }.sorted() }
        #expect(
            names("b") == [
                "address nvr.example", "credentials a", "group switch sw-3", "login nvr.example:8554", "node rec-1",
            ])
        #expect(
            names("a") == [
                "address 10.0.0.1", "credentials a", "login 10.0.0.1:554", "node rec-1", "subnet 10.0.0.0/24",
            ])
        #expect(names("r") == ["address 127.0.0.1:8554", "node rec-1"])
        #expect(names("none") == ["node rec-1"] && names("odd") == ["node rec-1"])
        let logins = ["a", "x"].map { id in shares[id].first { $0.kind == .login } }
        #expect(logins[0] != logins[1] && logins[0]?.name == logins[1]?.name)
    }
}

/// The whole board, with a real probe.
@Suite("Cameras of one address that nothing listens at", .serialized)
struct SharedAddressTests {
    @Test(
        "are told together, also as series, and leave nothing behind when they are taken out")
    func board() async throws {
        let folder = try TemporaryDirectory()
        let registry = Registry()
        let probe = RTSPProbe()
        let supervisor = RecorderSupervisor(
            directory: folder.path + "/recorders", program: "/bin/false", endsWithUs: true, resume: [:],
            store: { _, _, _ in })
        let board = CameraBoard(
            registry: registry, probe: probe, supervisor: supervisor,
            gateways: GatewayCollector(registry: registry, transfers: Transfers()),
            foundFile: folder.path + "/found.json", fallsFile: folder.path + "/falls.json", node: "rec-1",
            findsRecorders: false)
        let cameras = (1...3).map { number in
            var camera = CameraSettings(id: "c\(number)")
            camera.url = "rtsp://user:secret@127.0.0.1:9/\(number)"
            return camera
        }
        func series() -> [String] {
            String(decoding: registry.page(), as: UTF8.self).split(separator: "\n").map(String.init)
                .filter { $0.hasPrefix("camera_shared_cause") }.sorted()
        }
        let running = Task { await probe.run() }
        defer { running.cancel() }
        _ = try await eventually("all to be down", within: .seconds(120)) {
            board.update(cameras)
            return board.statuses().count { $0.sharedCause != nil } == 3 ? true : nil
        }
        let cause = try #require(board.statuses().first?.sharedCause)
        #expect(cause.headline == "3 of 3 cameras of 127.0.0.1:9, ever since they are watched")
        #expect(cause.alsoShared == ["3 of 3 cameras of the node rec-1"])
        let labels = "cause=\"127.0.0.1:9\",kind=\"address\""
        #expect(
            series() == ["camera_shared_cause_cameras{\(labels)} 3"]
                + (1...3).map { "camera_shared_cause_info{camera_id=\"c\($0)\",\(labels)} 1" })
        board.update(Array(cameras.prefix(2)))
        #expect(series() == [] && board.statuses().allSatisfy { $0.sharedCause == nil })
        board.update(cameras)
        board.update([])
        #expect(series() == [])
    }
}
