import Foundation
import Model
import Patterns
import Testing

@testable import State

@Suite("State store")
struct StateStoreTests {
    /// A store in a directory that goes with it.
    final class Scratch {
        let directory = FileManager.default.temporaryDirectory.appending(path: "state-\(UUID().uuidString)")
        var path: String { directory.appending(path: "state.sqlite").path }

        init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(at: directory) }
    }

    @Test("what was written is there after the file is opened again")
    func reopening() throws {
        let scratch = try Scratch()
        let silence = Silence(
            id: "s1", matchers: [.equal("camera_id", "cam-1"), try Matcher("zone", .notRegex, "a|b")], startsAt: 10,
            endsAt: 20, updatedAt: 5, createdBy: "guard", comment: "works at the gate")
        let alert = StoredAlert(
            alert: Alert(
                labels: ["alertname": "CameraOffline", "camera_id": "cam-1"], annotations: ["summary": "gone"],
                startsAt: 1, endsAt: 9, generatorURL: "http://here/"), updatedAt: 3, endsByTimeout: true)
        let entry = NotificationLogEntry(
            key: .init(groupKey: "{}:{}", receiver: "ops", integration: "email[0]"), sentAt: 7,
            firing: [1, .max, 3], resolved: [], expiresAt: 100, acknowledged: [.max, 5])
        let word = Acknowledgement(
            key: "camera <gate>", by: "Lê Minh", comment: "on my way", createdAt: 6, identifier: .max,
            alerts: [2, .max])
        let windows = [
            MaintenanceWindow(
                id: "a", matchers: [.equal("camera_id", "gate")], startsAt: 10, endsAt: 20, weekly: nil, createdAt: 5,
                createdBy: "Ann", comment: "Räumung", endedAt: 15),
            MaintenanceWindow(
                id: "b", matchers: [try Matcher("instance", .regex, "rec-.*")], startsAt: 10, endsAt: 20,
                weekly: .init(zone: "+07:00", start: 25_200_010, end: 25_200_020), createdAt: 5, createdBy: "Ann",
                comment: ""),
        ]
        let delivery = Delivery(
            time: 8, receiver: "ops", integration: "email[0]", status: .notConfigured, groupKey: "{}:{}",
            groupLabels: ["a": "b"],
            alerts: [.init(name: "x", status: "firing", labels: ["l": "v"], summary: "s")], alertCount: 1, attempts: 0,
            error: "placeholder")
        do {
            let store = try StateStore(path: scratch.path)
            try store.save(silences: [silence])
            try store.update(alerts: [alert])
            #expect(try store.record(delivery, notified: entry) == 1)
            try store.update(acknowledgements: [word])
            try store.update(maintenance: windows)
            store.close()
        }
        let store = try StateStore(path: scratch.path)
        #expect(try store.silences() == [silence])
        #expect(try store.alerts() == [alert])
        #expect(try store.notificationLog() == [entry])
        #expect(try store.acknowledgements() == [word])
        #expect(try store.maintenance() == windows)
        try store.update(maintenance: [], removing: ["a", "no such"])
        #expect(try store.maintenance().map(\.id) == ["b"])
        try store.update(acknowledgements: [], removing: [word.key, "no such"])
        #expect(try store.acknowledgements().isEmpty)
        let read = try #require(try store.deliveries(limit: 5).first)
        #expect(read.status == .notConfigured && read.alerts == delivery.alerts && read.groupLabels == ["a": "b"])
        try store.update(alerts: [], removing: [alert.alert.labels])
        #expect(try store.alerts().isEmpty)
        try store.removeSilences(endedBefore: 21)
        #expect(try store.silences().isEmpty)
        try store.removeNotifications(expiredBefore: 101)
        #expect(try store.notificationLog().isEmpty)
    }

    @Test("searches of logs are kept by name, no more than fit, all of a call or none")
    func searches() throws {
        let scratch = try Scratch()
        do {
            let store = try StateStore(path: scratch.path)
            #expect(try store.save(searches: [.init(name: "b", query: "x"), .init(name: "a", query: "y")], most: 2))
            #expect(
                try store.save(searches: [.init(name: "c", query: "z"), .init(name: "a", query: "new")], most: 2)
                    == false)
            #expect(try store.save(searches: [.init(name: "b", query: "new", filters: ["f"], since: "1h")], most: 2))
            store.close()
        }
        let store = try StateStore(path: scratch.path)
        #expect(
            try store.searches() == [
                .init(name: "a", query: "y"), .init(name: "b", query: "new", filters: ["f"], since: "1h"),
            ])
        try store.removeSearch("a")
        #expect(try store.searches().map(\.name) == ["b"])
        store.close()
    }

    @Test("a damaged file is set aside, whatever is damaged, and a new one is begun", arguments: [0, 1, 2])
    func damage(_ part: Int) throws {
        let scratch = try Scratch()
        do {
            let store = try StateStore(path: scratch.path)
            for number in 0..<400 {
                try store.record(
                    Delivery(
                        time: Int64(number), receiver: "r\(number)", integration: "none", status: .failed,
                        groupKey: "g",
                        groupLabels: [:], alerts: [], alertCount: 0, attempts: 1,
                        error: String(repeating: "e", count: 300)), notified: nil)
            }
            #expect(store.problems.isEmpty)
            store.close()
        }
        var bytes = try Data(contentsOf: URL(filePath: scratch.path))
        switch part {
        case 0: bytes.replaceSubrange(0..<64, with: Data(repeating: 0x41, count: 64))
        case 1:
            let middle = bytes.count / 2 / 4_096 * 4_096
            bytes.replaceSubrange(middle..<(middle + 8_192), with: Data(repeating: 0xff, count: 8_192))
        default: bytes = bytes.prefix(bytes.count / 2 + 100)
        }
        try bytes.write(to: URL(filePath: scratch.path))
        for name in ["state.sqlite.corrupt", "state.sqlite.corrupt-2"] {
            let store = try StateStore(path: scratch.path)
            #expect(store.problems.count == 1 && store.problems[0].contains(name), "\(store.problems)")
            #expect(try store.deliveries(limit: 5).isEmpty)
            store.close()
            let aside = scratch.directory.appending(path: name)
            #expect(try Data(contentsOf: aside) == bytes)
            try bytes.write(to: URL(filePath: scratch.path))
        }
    }

    @Test("a file that is removed while it is in use is told")
    func removal() throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.path)
        #expect(store.problems.isEmpty)
        try FileManager.default.removeItem(atPath: scratch.path)
        #expect(store.problems.first?.contains("removed") == true)
    }

    @Test("a later entry for the same receiver replaces the earlier one, and deliveries come newest first")
    func replacing() throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.path)
        let key = NotificationLogEntry.Key(groupKey: "g", receiver: "r", integration: "none")
        for round in 1...3 {
            let delivery = Delivery(
                time: Int64(round), receiver: "r", integration: "none", status: .failed, groupKey: "g",
                groupLabels: [:], alerts: [], alertCount: 0, attempts: round, error: "refused \(round)")
            try store.record(
                delivery, notified: .init(key: key, sentAt: Int64(round), firing: [], resolved: [1], expiresAt: 9))
        }
        #expect(try store.notificationLog().map(\.sentAt) == [3])
        #expect(try store.deliveries(limit: 2).map(\.attempts) == [3, 2])
    }

    @Test("a sign of life each minute is one row; what comes late, says something else or ends otherwise is another")
    func repeats() throws {
        let scratch = try Scratch()
        let store = try StateStore(path: scratch.path)
        func record(at minutes: Int64, _ status: Delivery.Status = .sent, _ names: String...) throws {
            let alerts = names.map { Delivery.AlertSummary(name: $0, status: "firing", labels: [:], summary: "") }
            try store.record(
                Delivery(
                    time: minutes * 60_000, receiver: "r", integration: "webhook[0]", status: status, groupKey: "g",
                    groupLabels: [:], alerts: alerts, alertCount: names.count, attempts: 1, error: "",
                    answer: "200 at \(minutes)"), notified: nil)
        }
        for minute in 0..<5 { try record(at: Int64(minute), .sent, "Watchdog") }
        try record(at: 5, .failed, "Watchdog")
        try record(at: 6, .failed, "Watchdog")
        try record(at: 7, .sent, "Watchdog")
        try record(at: 30, .sent, "Watchdog")
        try record(at: 31, .sent, "Watchdog", "Other")
        let rows = try store.deliveries(limit: 10)
        #expect(rows.map(\.repeats) == [0, 0, 0, 1, 4])
        #expect(rows.map(\.status) == [.sent, .sent, .sent, .failed, .sent])
        #expect(rows.last?.time == 4 * 60_000 && rows.last?.answer == "200 at 4")
    }

    @Test("intents are kept until their notification is told, and a key is made once")
    func intents() throws {
        let scratch = try Scratch()
        let key = NotificationLogEntry.Key(groupKey: "g", receiver: "r", integration: "email[0]")
        let intent = NotificationIntent(
            key: key, identifier: "i", createdAt: 5, firing: [1, .max], resolved: [], untold: [7])
        var store = try StateStore(path: scratch.path)
        try store.save(intents: [intent])
        let secret = try store.key("links")
        store.close()
        store = try StateStore(path: scratch.path)
        #expect(try store.intents() == [intent])
        #expect(try store.key("links") == secret && secret.count == 32)
        #expect(try store.key("others") != secret)
        try store.record(nil, notified: .init(key: key, sentAt: 6, firing: [1], resolved: [], expiresAt: 9))
        #expect(try store.intents().isEmpty)
        try store.save(intents: [intent])
        try store.removeIntents(createdBefore: 6)
        #expect(try store.intents().isEmpty)
    }

    @Test("a silence is pending, then active, then expired")
    func silenceStates() {
        let silence = Silence(
            id: "s", matchers: [.equal("a", "1")], startsAt: 10, endsAt: 20, updatedAt: 0, createdBy: "", comment: "")
        #expect([9, 10, 19, 20].map { silence.state(at: $0) } == [.pending, .active, .active, .expired])
        #expect(silence.mutes(["a": "1", "b": "2"], at: 15))
        #expect(!silence.mutes(["a": "2"], at: 15))
        #expect(!silence.mutes(["a": "1"], at: 25))
    }

    @Test("what cannot be opened, and is not damaged, is refused with its path")
    func notAFile() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: true)
        let error = #expect(throws: StateError.self) { try StateStore(path: scratch.path) }
        #expect(error?.code == .open)
        #expect(error?.description.contains(scratch.path) == true)
    }

    @Test("the file is written through to the disk where it is asked for", arguments: [(true, 2), (false, 1)])
    func synchronous(syncsFully: Bool, level: Int64) throws {
        let scratch = try Scratch()
        for _ in 0..<2 {
            let store = try StateStore(path: scratch.path, syncsFully: syncsFully)
            #expect(try store.synchronousLevel == level)
            store.close()
        }
    }
}
