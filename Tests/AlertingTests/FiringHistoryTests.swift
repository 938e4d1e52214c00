import Base
import Foundation
import Model
import State
import Testing

@testable import Alerting

@Suite("When alerts fired")
struct FiringHistoryTests {
    /// What comes, and what the history looks like after it: `name begin-end`, and `name begin-` while it goes on.
    private enum Step: Sendable {
        /// An alert with a begin and an end, at a time; an end of 0 says nothing of it.
        case comes(String, from: Int64, to: Int64, at: Int64)
        case looks(at: Int64)
        /// The server ends without a word, and starts again.
        case restarts(at: Int64)
    }

    private static let minute: Int64 = 60_000

    private static let lives: [(String, [Step], [String])] = [
        (
            "begins and is over",
            [
                .comes("A", from: 1, to: 20, at: 1), .comes("A", from: 1, to: 20, at: 5),
                .comes("A", from: 1, to: 7, at: 8),
            ],
            ["A 1-7"]
        ),
        ("goes on", [.comes("A", from: 1, to: 20, at: 1), .looks(at: 3)], ["A 1-"]),
        ("is not sent again", [.comes("A", from: 1, to: 6, at: 1), .looks(at: 7)], ["A 1-6"]),
        ("without an end it is good for five minutes", [.comes("A", from: 1, to: 0, at: 1), .looks(at: 7)], ["A 1-6"]),
        (
            "comes and goes",
            [
                .comes("A", from: 1, to: 9, at: 1), .comes("A", from: 1, to: 4, at: 4),
                .comes("A", from: 6, to: 9, at: 6),
                .comes("A", from: 6, to: 8, at: 8),
            ], ["A 6-8", "A 1-4"]
        ),
        ("over before it was seen", [.comes("A", from: 1, to: 2, at: 5)], []),
        ("begins in the future by its sender's clock", [.comes("A", from: 50, to: 60, at: 5)], ["A 5-"]),
        ("says nothing of its begin", [.comes("A", from: 0, to: 60, at: 5)], ["A 5-"]),
        (
            "two at once",
            [
                .comes("A", from: 1, to: 20, at: 2), .comes("B", from: 2, to: 20, at: 2),
                .comes("A", from: 1, to: 3, at: 3),
            ],
            ["B 2-", "A 1-3"]
        ),
        (
            "over a restart one stays one",
            [
                .comes("A", from: 1, to: 6, at: 1), .looks(at: 2), .restarts(at: 10), .looks(at: 12),
                .comes("A", from: 1, to: 30, at: 13), .comes("A", from: 1, to: 20, at: 20),
            ], ["A 1-20"]
        ),
        (
            "not there ten minutes after a restart: it ended when it was last seen",
            [.comes("A", from: 1, to: 6, at: 1), .looks(at: 4), .restarts(at: 10), .looks(at: 19), .looks(at: 21)],
            ["A 1-4"]
        ),
        (
            "after a long outage it is another one",
            [
                .comes("A", from: 1, to: 6, at: 1), .looks(at: 4), .restarts(at: 100),
                .comes("A", from: 1, to: 110, at: 101), .looks(at: 105),
            ], ["A 1-", "A 1-4"]
        ),
        (
            "two restarts in a row forget nothing",
            [
                .comes("A", from: 1, to: 9, at: 1), .restarts(at: 2), .restarts(at: 3),
                .comes("A", from: 1, to: 4, at: 4),
            ], ["A 1-4"]
        ),
        (
            "an end before its begin is its begin",
            [.comes("A", from: 5, to: 20, at: 5), .comes("A", from: 5, to: 3, at: 6)], ["A 5-5"]
        ),
    ]

    @Test("is remembered as it was", arguments: lives.indices)
    func life(index: Int) throws {
        let (name, steps, expected) = Self.lives[index]
        let scratch = try ScratchDirectory()
        var store = try scratch.store()
        var history = FiringHistory(state: store, open: [], now: 0)
        for step in steps {
            switch step {
            case .comes(let alertName, let from, let to, let now):
                try history.take(
                    [alert(alertName, from: from * Self.minute, to: to * Self.minute)], now: now * Self.minute)
            case .looks(let now): try history.look(now: now * Self.minute)
            case .restarts(let now):
                store.close()
                store = try scratch.store()
                history = FiringHistory(state: store, open: try store.openFirings(), now: now * Self.minute)
            }
        }
        let found = try store.firings(FiringQuery(start: 0, end: 1_000 * Self.minute), limit: 10).map { firing in
            let end = firing.endsAt.map { "\($0 / Self.minute)" } ?? ""
            return "\(firing.labels["alertname"]) \(firing.startsAt / Self.minute)-\(end)"
        }
        #expect(found == expected, "\(name)")
        store.close()
    }

    @Test("twice in one message is once, and what fires to show that all is well is never")
    func ignored() throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let history = FiringHistory(state: store, open: [], now: 0)
        let one = alert("A", from: 1_000, to: 90_000)
        try history.take([one, one, alert("Watchdog", ["severity": "none"], from: 1, to: 90_000)], now: 1_000)
        try history.take([one], now: 2_000)
        #expect(try store.firings(FiringQuery(start: 0, end: 10_000), limit: 10).count == 1)
        store.close()
    }

    @Test("is found by name, camera, node, fingerprint and time; who was told stands with it")
    func queries() throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let history = FiringHistory(state: store, open: [], now: 0)
        try history.take(
            [
                alert("A", ["camera_id": "gate", "instance": "rec-1"], from: 1_000, to: 900_000),
                alert("A", ["camera_id": "yard", "instance": "rec-1"], from: 2_000, to: 900_000),
                alert("B", ["instance": "rec-2"], from: 3_000, to: 900_000),
            ], now: 4_000)
        try history.take([alert("B", ["instance": "rec-2"], from: 3_000, to: 5_000)], now: 6_000)
        func count(_ change: (inout FiringQuery) -> Void) throws -> Int {
            var query = FiringQuery(start: 0, end: 10_000)
            change(&query)
            return try store.firings(query, limit: 10).count
        }
        #expect(try count { _ in } == 3)
        #expect(try count { $0.name = "A" } == 2)
        #expect(try count { $0.camera = "gate" } == 1)
        #expect(try count { $0.node = "rec-1" } == 2)
        #expect(try count { $0.node = "rec-1' OR 1=1 --" } == 0)
        #expect(
            try count {
                $0.fingerprint = Labels([Label("alertname", "B"), Label("instance", "rec-2")]).fingerprint
            } == 1)
        #expect(try count { $0.start = 5_001 } == 2, "one is over before")
        #expect(try count { $0.end = 2_000 } == 1)
        #expect(try store.firings(FiringQuery(start: 0, end: 10_000), limit: 1, skipping: 1).first?.startsAt == 2_000)
        #expect(try store.firingNames() == ["A", "B"])
        let times = try store.firingTimes(FiringQuery(start: 0, end: 10_000), now: 9_000)
        #expect(times.map(\.start) == [1_000, 2_000, 3_000] && times.map(\.end) == [9_000, 9_000, 5_000])
        store.close()
    }
}
