import Foundation
import Model
import Patterns
import State
import Synchronization
import TestSupport
import Testing
import Transfers

@testable import Alerting

/// How much is taken, and that much of it holds up nobody.
@Suite("Limits of alerts and silences")
struct LimitTests {
    let api: RouterAPITests

    init() throws { api = try RouterAPITests() }

    private func silence(_ matchers: [Matcher], by: String = "guard", comment: String = "") -> PostedSilence {
        PostedSilence(
            matchers: matchers, startsAt: api.time.now(), endsAt: api.time.now() + 60_000, createdBy: by,
            comment: comment)
    }

    private static func patterns(_ count: Int) throws -> [Matcher] {
        try (0..<count).map { try Matcher("camera_id", .regex, "cam-.*|\($0)") }
    }

    @Test("a silence beyond a limit is refused with the limit's name, and one at the limit is taken")
    func silences() throws {
        let router = try api.router()
        let equal = Matcher.equal("alertname", "A")
        let long = String(repeating: "x", count: 20_000)
        let wrong: [(PostedSilence, String)] = [
            (silence([equal] + (try Self.patterns(100))), "limit is 100"),
            (silence([equal], comment: long), "16384"), (silence([equal], by: long), "16384"),
            (silence([.equal("alertname", String(repeating: "x", count: 70_000))]), "65536"),
        ]
        for (posted, limit) in wrong {
            let error = #expect(throws: AlertingError.self) { try router.set(posted) }
            #expect(
                error?.code == .tooLarge && error?.description.contains(limit) == true,
                "\(limit): \(String(describing: error))")
        }
        try router.set(silence([equal] + (try Self.patterns(99))))
        #expect(router.silences().count == 1)
    }

    @Test("silences that every alert must be compared with are limited in all")
    func openSilences() throws {
        let router = try api.router()
        for _ in 0..<20 { try router.set(silence(try Self.patterns(100))) }
        let error = #expect(throws: AlertingError.self) { try router.set(silence(try Self.patterns(1))) }
        #expect(error?.code == .tooLarge && error?.description.contains("2000") == true)
        try router.set(silence([.equal("alertname", "A")]))
        // Room comes back with those that end.
        try router.expire(try #require(router.silences().first { $0.matchers.count == 100 }).id)
        try router.set(silence(try Self.patterns(1)))
    }

    @Test("twenty thousand alerts are one post, one more are not, and an alert beyond a limit is named")
    func alerts() throws {
        let router = try api.router()
        func posted(_ count: Int) -> [PostedAlert] {
            (0..<count).map { PostedAlert(labels: ["alertname": "A", "camera_id": "cam-\($0)"]) }
        }
        let error = #expect(throws: AlertingError.self) { try router.post(posted(20_001)) }
        #expect(error?.code == .tooLarge && error?.description.contains("20000") == true)
        #expect(router.alerts().isEmpty)
        try router.post(posted(20_000))
        #expect(router.alertCounts().active == 20_000)
        let wide = Dictionary(uniqueKeysWithValues: (0..<300).map { ("l\($0)", "v") })
        for alert in [
            PostedAlert(labels: wide), PostedAlert(labels: ["a": "b"], annotations: wide),
            PostedAlert(labels: ["a": String(repeating: "x", count: 300_000)]),
        ] {
            let error = #expect(throws: AlertingError.self) { try router.post([alert]) }
            #expect(error?.description.contains("limit") == true)
        }
        #expect(router.alertCounts().active == 20_000)
    }

    @Test("silences hold alerts that come before and after them, whatever kind of matcher names them")
    func holding() throws {
        let router = try api.router()
        let kinds: [(String, [Matcher])] = [
            ("equal", [.equal("camera_id", "equal")]),
            ("pattern", [try Matcher("camera_id", .regex, "pat.*")]),
            ("not", [.equal("alertname", "Not"), try Matcher("camera_id", .notEqual, "other")]),
            ("absent", [.equal("zone", ""), try Matcher("camera_id", .regex, "absent")]),
        ]
        func push(_ suffix: String) throws {
            try router.post(
                kinds.map { kind, _ in
                    PostedAlert(labels: ["alertname": kind == "not" ? "Not" : "A", "camera_id": kind, "when": suffix])
                })
        }
        try push("before")
        let ids = try kinds.map { try router.set(silence($0.1)) }
        try push("after")
        let alerts = router.alerts()
        #expect(alerts.count == 8 && alerts.allSatisfy { $0.state == .suppressed }, "\(alerts.map(\.labels))")
        for (index, kind) in kinds.enumerated() {
            #expect(alerts.filter { $0.silencedBy == [ids[index]] }.map { $0.labels["camera_id"] } == [kind.0, kind.0])
        }
        for id in ids { try router.expire(id) }
        #expect(router.alerts().allSatisfy { $0.state == .active })
        // An alert that was forgotten, and comes again, is compared again.
        let again = try router.set(silence([.equal("camera_id", "equal")]))
        api.time.advance(30_000)
        #expect(router.alerts().filter { $0.silencedBy == [again] }.count == 2)
        api.time.advance(31_000)
        #expect(router.alerts().allSatisfy { $0.state == .active })
    }

    @Test(
        "whoever asks is answered while the largest silence is compared with the most alerts", .timeLimit(.minutes(3)))
    func responsive() async throws {
        let router = try api.router { $0.route.groupWait = .zero }
        for _ in 0..<20 { try router.set(silence(try Self.patterns(100))) }
        let running = Task { await router.run() }
        let posting = Task.detached {
            try router.post((0..<2_000).map { PostedAlert(labels: ["alertname": "A", "camera_id": "cam-\($0)"]) })
        }
        // The lock is free while they are compared: the comparing itself may take as long as it takes.
        var longest = Duration.zero
        while router.alertCounts().active + router.alertCounts().suppressed == 0 {
            let start = ContinuousClock.now
            router.core.withLock { _ in }
            longest = max(longest, ContinuousClock.now - start)
            try await Task.sleep(for: .milliseconds(5))
        }
        try await posting.value
        #expect(longest < .seconds(5), "the lock was held for \(longest)")
        #expect(router.alertCounts().suppressed == 2_000)
        running.cancel()
        await running.value
    }

    @Test("each of ten thousand targets finds its source, though as many sources are over")
    func inhibition() throws {
        let rule = InhibitRuleConfig(
            sourceMatchers: [.equal("severity", "critical")], targetMatchers: [.equal("severity", "warning")], equal: []
        )
        let router = try api.router { $0.inhibitRules = [rule] }
        let now = api.time.now()
        try router.post(
            (0..<10_000).map { PostedAlert(labels: ["severity": "critical", "n": "\($0)"], endsAt: now + 1_000) })
        try router.post((0..<10_000).map { PostedAlert(labels: ["severity": "warning", "n": "\($0)"]) })
        api.time.advance(2_000)
        #expect(router.alertCounts() == (10_000, 0))
        try router.post([PostedAlert(labels: ["severity": "critical"])])
        #expect(router.alertCounts() == (1, 10_000))
    }
}
