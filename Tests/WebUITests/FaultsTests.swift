import Foundation
import HTTPTestSupport
import Model
import Testing

@testable import SiteView

@Suite("Faults: one thing that is wrong is told once")
struct FaultsTests {
    private static let rec = CameraNode(site: "", instance: "rec-3")

    private static func camera(
        _ id: String, _ state: CameraState, _ reason: String = "", node: CameraNode? = nil, nodeProblem: String? = nil
    ) -> CameraStatus {
        var camera = CameraStatus(id: id, state: state, since: 1_000)
        camera.reason = reason
        camera.node = node
        camera.nodeProblem = nodeProblem
        return camera
    }

    private static func alert(
        _ name: String, _ labels: [String: String] = [:], severity: String = "critical", fingerprint: String = "",
        text: String = "It is so", held: [AlertHold] = [], state: AlertView.State = .firing
    ) -> AlertView {
        AlertView(
            name: name, fingerprint: fingerprint, state: state, suppressedBy: [], severity: severity, summary: text,
            description: "", labels: labels, activeAt: 2_000, value: "1", heldBy: held)
    }

    private static func list(
        _ cameras: [CameraStatus] = [], nodes: [NodeStatus] = [], alerts: [AlertView] = [], mounts: [MountView] = [],
        findings: [Finding] = [], disks: [String: String] = [:], told: [String: [AlertTelling]] = [:],
        acknowledgements: [AcknowledgementView] = []
    ) -> [Fault] {
        Faults.list(
            of: FaultSources(
                instance: "here", now: 100_000, cameras: cameras, nodes: nodes, alerts: alerts, mounts: mounts,
                findings: findings, disks: disks, told: told, acknowledgements: acknowledgements))
    }

    @Test("nothing wrong is no fault")
    func calm() {
        #expect(Self.list().isEmpty)
        #expect(Self.list([Self.camera("gate", .online)]).isEmpty)
        #expect(Self.list(alerts: [Self.alert("A", ["camera_id": "gate"], state: .pending)]).isEmpty)
    }

    @Test("alerts of a camera are in its fault, which says why")
    func cameraWithAlerts() {
        let names = ["CameraOffline", "RecordingOverdue", "CameraUnauthorized"]
        let faults = Self.list(
            [Self.camera("gate", .offline, "unauthorized (401)")],
            alerts: names.map { Self.alert($0, ["camera_id": "gate"]) }
                + [Self.alert("Slow", ["camera_id": "gate"], severity: "warning", state: .pending)])
        #expect(faults.map(\.key) == ["camera gate"])
        #expect(faults.map(\.sentence) == ["unauthorized (401)"])
        #expect(faults.map(\.alertCount) == [4])
        #expect(faults.map(\.severity) == [.critical])
    }

    @Test("a camera that seems well and of which an alert fires is Degraded, with the alert's text")
    func alertedCamera() {
        let faults = Self.list(
            [Self.camera("gate", .online)], alerts: [Self.alert("ClockOff", ["camera_id": "gate"], text: "3 s off")])
        #expect(faults.map(\.state) == ["Degraded"] && faults.map(\.sentence) == ["3 s off"])
    }

    @Test("equal reasons are one line with a count from three on", arguments: [1, 2, 3, 21])
    func equalReasons(count: Int) {
        let cameras = (1...count).map {
            Self.camera("cam-\($0)", .offline, "cam-\($0): the address has no password", node: Self.rec)
        }
        let faults = Self.list(cameras)
        if count < 3 {
            #expect(faults.map(\.title) == cameras.map(\.id))
        } else {
            #expect(faults.map(\.title) == ["\(count) cameras of node rec-3"])
            #expect(faults.map(\.sentence) == ["the address has no password"])
            #expect(faults.map(\.cameraCount) == [count])
        }
    }

    @Test(
        "the sentence of cameras with equal reasons is one that people read",
        arguments: [
            (["a: no password", "b: no password"], "a: no password – and 1 more of the kind"),
            (["a: the address has no password", "b: the address has no password"], "the address has no password"),
            (["x a", "x b"], "x a – and 1 more of the kind"), (["", ""], ""),
            (["", "dead"], "dead, and other reasons"),
            (["no answer from 10.0.0.1 in 5 s", "no answer from 10.0.0.2 in 6 s"], "no answer from … in … s"),
            (
                ["10.0.0.9:554 was refused", "10.0.0.10:554 was refused"],
                "10.0.0.9:554 was refused – and 1 more of the kind"
            ),
            (["refused", "timed out", "timed out"], "timed out (2 of 3), and other reasons"),
            (["refused by peer.", "refused"], "refused, and other reasons"), (["no route", "no route"], "no route"),
            (["10.0.0.9 is dead.", "10.0.0.8 is dead.", "no name"], "10.0.0.8 is dead (2 of 3), and other reasons"),
            (["it waits for b now", "it waits for a now"], "it waits for … now"),
        ] as [([String], String)])
    func equalSentence(reasons: [String], sentence: String) {
        let ids = ["a", "b", "c"]
        let told = zip(ids, reasons).map { EqualReasons.Reason(camera: $0, text: $1) }
        #expect(EqualReasons.sentence(of: told) == sentence)
    }

    @Test(
        "only a camera's whole name is its own",
        arguments: [
            ("a", "a camera has a name", "… camera has … name"), ("a", "camera has the name", "camera has the name"),
            ("1", "the first 1 of 11", "the first … of …"), ("gate", "gate: gates, gate-2", "…: gates, …"),
            ("front gate", "front gate: no answer", "…: no answer"), ("", "no answer", "no answer"),
            ("a/b c", "at a/b c.", "at …."), ("gate", "gategate gate", "gategate …"), ("é", "é élan (é)", "… élan (…)"),
        ])
    func ownName(id: String, reason: String, shape: String) {
        #expect(EqualReasons.shape(of: reason, camera: id) == shape)
    }

    @Test(
        "names that are words of the reason keep no cameras apart", arguments: [["a", "no", "1"], ["x y", "/", "…"]])
    func namesThatAreWords(ids: [String]) {
        let faults = Self.list(ids.map { Self.camera($0, .offline, "a camera gives no answer") })
        #expect(faults.map(\.cameraCount) == [3] && faults.map(\.sentence) == ["a camera gives no answer"])
    }

    @Test("cameras that seem well and have the same alerts are one line from three on", arguments: [2, 40])
    func equalAlerts(count: Int) {
        let ids = (1...count).map { "cam-\($0)" }
        let faults = Self.list(
            ids.map { Self.camera($0, .online) },
            alerts: ids.map { Self.alert("CameraClockOff", ["camera_id": $0], severity: "warning", text: "3 s off") })
        #expect(faults.count == (count < 3 ? count : 1))
        #expect(faults.reduce(0) { $0 + $1.alertCount } == count && faults.allSatisfy { $0.sentence == "3 s off" })
        #expect(faults.flatMap(\.cameras).allSatisfy { $0.state == .degraded && $0.reason == "3 s off" })
    }

    @Test("all alerts of one camera are in its one fault, and few of them in its sentence")
    func manyAlerts() {
        let alerts = (1...40).map {
            Self.alert("A\($0)", ["camera_id": "gate"], fingerprint: "\($0)", text: "<b>text \($0)</b>")
        }
        for state in [CameraState.online, .offline] {
            let faults = Self.list([Self.camera("gate", state, state == .online ? "" : "no answer")], alerts: alerts)
            #expect(faults.map(\.alertCount) == [40] && (faults.first?.sentence.count ?? 999) < 100)
        }
    }

    @Test(
        "footage is missed only of what is down and was to be recorded",
        arguments: [
            (.offline, nil, 10_000), (.offline, false, nil), (.notRecording, true, 10_000), (.unknown, nil, nil),
            (.online, nil, nil),
        ] as [(CameraState, Bool?, Int64?)])
    func missedFootage(state: CameraState, isDue: Bool?, since: Int64?) {
        var camera = Self.camera("gate", state, "why")
        camera.lastRecorded = 10_000
        camera.isFootageDue = isDue
        #expect(Self.list([camera]).first?.noFootageSince == since)
    }

    @Test("what a shared disk does to its cameras and all its alerts, also those to come, are one fault")
    func sharedDisk() {
        let cause = SharedCause(kind: .disk, cause: "/rec", down: 3, watched: 3, span: 2_000)
        let cameras = ["a", "b", "c"].map { id in
            var camera = Self.camera(id, .notRecording, "no space")
            camera.sharedCause = cause
            return camera
        }
        let faults = Self.list(
            cameras,
            alerts: [
                Self.alert("DiskSpaceCritical", ["mount_point": "/rec"], state: .pending),
                Self.alert("DiskFullSoon", ["mount_point": "/rec"]),
            ], mounts: [MountView(mountPoint: "/rec", totalBytes: 100, freeBytes: 0, usedPercent: 100)])
        #expect(faults.map(\.key) == ["cause disk /rec"] && faults.map(\.alertCount) == [2])
        #expect(faults.map(\.cameraCount) == [3])
    }

    @Test("cameras and alerts of a node that is gone are in its fault")
    func goneNode() {
        let cameras = (1...30).map {
            Self.camera("cam-\($0)", .unknown, "gone", node: Self.rec, nodeProblem: "refused")
        }
        let node = NodeStatus(node: Self.rec, problem: "refused", lastSample: 500, cameras: 30)
        let faults = Self.list(
            cameras, nodes: [node],
            alerts: [
                Self.alert("NodeDown", ["instance": "rec-3"], fingerprint: "aa"),
                Self.alert("CameraOffline", ["camera_id": "cam-3", "instance": "rec-3"]),
            ], findings: [Finding(.warning, part: "scraping", text: "rec-3 refused", node: Self.rec)])
        #expect(faults.map(\.key) == ["node rec-3"])
        #expect(faults.map(\.sentence) == ["30 cameras are unknown: refused."])
        #expect(faults.map(\.alertCount) == [2])
        #expect(faults.first?.cameras.prefix(2).map(\.id) == ["cam-1", "cam-2"])
    }

    @Test("what another alert holds back is in that one's fault and names it")
    func held() {
        let hold = AlertHold(kind: .alert, name: "aa", about: "NodeDown of rec-9")
        let faults = Self.list(alerts: [
            Self.alert("HighLoad", ["instance": "rec-8"], fingerprint: "bb", held: [hold]),
            Self.alert("NodeDown", ["instance": "rec-9"], fingerprint: "aa"),
        ])
        #expect(faults.count == 1 && faults.first?.alertCount == 2)
        #expect(faults.first?.held == [hold])
    }

    @Test("what is silent or looked after needs no attention")
    func attention() {
        let silent = AlertHold(silence: "7", by: "Minh", comment: "", until: 9)
        let camera = Self.camera("gate", .offline, "no answer")
        func needs(_ held: [AlertHold], _ taken: [AcknowledgementView]) -> Bool? {
            let alerts = [Self.alert("CameraOffline", ["camera_id": "gate"], fingerprint: "aa", held: held)]
            return Self.list([camera], alerts: alerts, acknowledgements: taken).first?.needsAttention
        }
        func taken(_ key: String, _ alerts: [String] = []) -> [AcknowledgementView] {
            [AcknowledgementView(key: key, by: "Minh", comment: "", since: 3, alerts: alerts)]
        }
        #expect(needs([], []) == true && needs([silent], []) == false)
        #expect(needs([], taken("camera gate")) == false && needs([], taken("alert aa")) == false)
        #expect(needs([], taken("camera yard")) == true && needs([], taken("node x", ["aa"])) == false)
    }

    @Test(
        "what somebody has in hand needs attention again once it is worse",
        arguments: [
            ("warning", 10, "critical", 30, true), ("warning", 10, "critical", 20, false),
            ("critical", 10, "critical", 30, false), ("critical", 10, "warning", 30, false),
            ("warning", 30, "critical", 31, false), ("none", 10, "warning", 30, true),
        ] as [(String, Int64, String, Int64, Bool)])
    func worse(first: String, at: Int64, second: String, later: Int64, needs: Bool) {
        var alerts = [first, second].map {
            Self.alert("A", ["camera_id": "gate"], severity: $0, fingerprint: "aa")
        }
        (alerts[0].activeAt, alerts[1].activeAt) = (at, later)
        let taken = AcknowledgementView(key: "camera gate", by: "Minh", comment: "", since: 20, alerts: [])
        let faults = Self.list(
            [Self.camera("gate", .offline, "no answer")], alerts: alerts, acknowledgements: [taken])
        #expect(faults.map(\.needsAttention) == [needs] && faults.first?.acknowledgement?.by == "Minh")
    }

    @Test("all alerts of many cameras count, also those that are not told one by one", arguments: [0, 100, 299, 300])
    func manySilent(silent: Int) throws {
        let hold = AlertHold(silence: "7", by: "Minh", comment: "", until: 9)
        let ids = (1...300).map { "cam-\($0)" }
        let faults = Self.list(
            ids.map { Self.camera($0, .offline, "no answer") },
            alerts: ids.enumerated().map { index, id in
                Self.alert(
                    "CameraOffline", ["camera_id": id], fingerprint: "\(index)", held: index < silent ? [hold] : [])
            })
        let fault = try #require(faults.first)
        #expect(faults.count == 1 && fault.firing.count == 300 && fault.isSilent == (silent == 300))
        let told = try JSONDecoder().decode(Fault.self, from: JSONEncoder().encode(fault))
        #expect(told.isSilent == fault.isSilent && told.firing.isEmpty)
    }

    @Test(
        "a filesystem is a worry where it is full and not kept level, or will be within a day",
        arguments: [
            (94.9, false, nil, nil), (95.0, false, nil, "Full"), (99.9, false, nil, "Full"), (99.9, true, nil, nil),
            (50.0, false, 86_399.0, "Fills"), (50.0, false, 86_401.0, nil), (50.0, true, 3_600.0, nil),
            (96.0, true, nil, nil), (96.0, false, nil, "Full"),
        ] as [(Double, Bool, Double?, String?)])
    func limits(used: Double, isRecycled: Bool, fullIn: Double?, state: String?) {
        let mount = MountView(
            mountPoint: "/rec", totalBytes: 100, freeBytes: 100 - used, usedPercent: used, isRecycled: isRecycled,
            fullInSeconds: fullIn)
        #expect(Self.list(mounts: [mount]).map(\.state) == [state].compactMap(\.self))
    }

    @Test(
        "a disk that is kept level and keeps too little is a warning, with all that says so", arguments: [true, false])
    func tooLittle(isShort: Bool) {
        let mount = MountView(
            mountPoint: "/rec", totalBytes: 100, freeBytes: 4, usedPercent: 96, cameras: 3, isRecycled: true,
            heldSeconds: 10 * 86_400, wantedSeconds: 30 * 86_400, isShort: isShort)
        let ids = ["a", "b", "c"]
        let faults = Self.list(
            ids.map { Self.camera($0, .online) },
            alerts: isShort
                ? ids.map {
                    Self.alert("FootageDeletedEarly", ["camera_id": $0, "instance": "here"], severity: "warning")
                } : [],
            mounts: [mount],
            findings: isShort
                ? [Finding(.warning, part: "host", text: "Footage is deleted before it is as old as wanted: a, b, c.")]
                : [],
            disks: Dictionary(uniqueKeysWithValues: ids.map { ($0, "/rec") }))
        #expect(faults.map(\.state) == (isShort ? ["Short"] : []))
        #expect(faults.allSatisfy { $0.severity == .warning && $0.alertCount == 3 })
        #expect(faults.allSatisfy { $0.sentence == "Footage is deleted after 10 d, and is wanted for 30 d" })
    }

    @Test("what a full disk keeps from being recorded is in the disk's fault, with the disk's alerts")
    func fullDisk() {
        let mount = MountView(mountPoint: "/rec", totalBytes: 100, freeBytes: 0, usedPercent: 100, cameras: 2)
        let faults = Self.list(
            ["a", "b"].map { Self.camera($0, .notRecording, "no space") },
            alerts: [
                Self.alert("DiskSpaceCritical", ["mount_point": "/rec", "instance": "here"]),
                Self.alert("DiskSpaceWarning", ["mount_point": "/rec", "instance": "here"], severity: "warning"),
                Self.alert("RecordingOverdue", ["camera_id": "a"]),
            ], mounts: [mount], disks: ["a": "/rec", "b": "/rec"])
        #expect(faults.map(\.key) == ["disk /rec"])
        #expect(faults.map(\.cameraCount) == [2] && faults.map(\.alertCount) == [3])
    }

    @Test(
        "what is found about a disk that has a fault is no second one",
        arguments: [
            ("/rec/cam-1 cannot be written: No space left on device", 1), ("/rec is read-only: nothing", 1),
            ("/record cannot be written: No space left on device", 2), ("/rec is odd", 2),
        ])
    func findingOfDisk(text: String, count: Int) {
        let mounts = [
            MountView(mountPoint: "/", totalBytes: 100, freeBytes: 50, usedPercent: 50),
            MountView(mountPoint: "/rec", totalBytes: 100, freeBytes: 0, usedPercent: 100),
        ]
        #expect(Self.list(mounts: mounts, findings: [Finding(.warning, part: "host", text: text)]).count == count)
    }

    @Test("findings stand last, but for one that stops the watching, and all else as people count")
    func order() {
        let faults = Self.list(
            [
                Self.camera("cam-10", .offline, "a"), Self.camera("cam-2", .offline, "b"),
                Self.camera("cam-1", .degraded, "c"),
            ],
            findings: [
                Finding(.warning, part: "configuration", text: "odd"), Finding(.error, part: "alerting", text: "dead"),
                Finding(.note, part: "x", text: "nothing"),
            ])
        #expect(faults.map(\.title) == ["alerting", "cam-2", "cam-10", "cam-1", "configuration"])
    }

    @Test("who was told is there once a way, the newest first")
    func told() {
        let tellings = [
            AlertTelling(receiver: "ops", integration: "email[0]", time: 5),
            AlertTelling(receiver: "ops", integration: "email[0]", time: 9),
            AlertTelling(receiver: "guard", integration: "", time: 10),
        ]
        let faults = Self.list(
            [Self.camera("gate", .offline, "x")],
            alerts: [Self.alert("CameraOffline", ["camera_id": "gate"], fingerprint: "aa")], told: ["aa": tellings])
        #expect(faults.first?.told.map(\.time) == [10, 9])
    }

    @Test("5,000 cameras that are down alone are a list that is made in no time")
    func many() {
        let cameras = (1...5_000).map { Self.camera("cam-\($0)", .offline, "reason \($0 % 7)") }
        let alerts = (1...5_000).map { Self.alert("CameraOffline", ["camera_id": "cam-\($0)"], fingerprint: "\($0)") }
        let clock = ContinuousClock()
        var faults: [Fault] = []
        let time = clock.measure { faults = Self.list(cameras, alerts: alerts) }
        #expect(faults.count == 1 && faults.first?.cameraCount == 5_000 && faults.first?.alertCount == 5_000)
        #expect(faults.first.map { $0.cameras.count } == Fault.camerasMax)
        #expect(time < .seconds(5), "\(time)")
    }
}
