import Base
import Foundation
import Model
import Nodes
import Synchronization
import Testing

@Suite("Cameras of other nodes, from their series")
struct NodeCamerasTests {
    private let site: NodeSite
    private let rec1 = NodeSite.target("rec-1")

    init() throws { site = try NodeSite() }

    private static let tellings: [(change: @Sendable (inout NodeSite.Camera) -> Void, CameraState, String)] = [
        ({ _ in }, .online, ""),
        ({ $0.values["camera_fps"] = 12 }, .degraded, "12 of 25 frames a second"),
        (
            {
                $0.values["camera_connection_status"] = 0
                $0.trouble = ("Offline", "unauthorized", "Its password was refused")
            }, .offline, "Its password was refused"
        ),
        (
            {
                $0.values["camera_connection_status"] = 0
                $0.trouble = ("Stalled", "no_media", "")
            }, .stalled, "no_media"
        ),
        ({ $0.trouble = ("Not recording", "", "Nothing is written to /rec/gate") }, .notRecording, "/rec/gate"),
        // An exporter of somebody else gives no reason.
        ({ $0.values["camera_connection_status"] = 0 }, .offline, "gives no reason"),
        ({ $0.values["recording_overdue"] = 1 }, .notRecording, "no new video"),
        ({ $0.values = ["camera_fps": 0] }, .offline, "gives no reason"),
        ({ $0.values = ["camera_fps": 24] }, .online, ""),
        (
            {
                $0.values["camera_connection_status"] = nil; $0.values["camera_fps"] = nil
            }, .unknown, "cannot tell"
        ),
        (
            {
                $0.values["camera_connection_status"] = nil
                $0.values["camera_paused"] = 1
            }, .unknown, "as it is meant to be"
        ),
        (
            { $0.trouble = ("Offline", "x", "See http://a:secret@cam/ for more") }, .offline,
            "See http://xxxxx:xxxxx@cam/ for more"
        ),
        // What another program claims is no state.
        ({ $0.trouble = ("Online", "", "x") }, .online, ""),
        ({ $0.trouble = ("<b>", "<i>", "x") }, .online, ""),
        ({ $0.values["camera_fps"] = .nan }, .online, ""),
        ({ $0.values["camera_last_frame_timestamp"] = .infinity }, .online, ""),
    ]

    @Test("are in the state that the series tell, with the sentence of their node", arguments: tellings.indices)
    func states(number: Int) throws {
        let (change, state, reason) = Self.tellings[number]
        try site.run(4) { now in
            var camera = NodeSite.Camera.well("gate", at: now)
            change(&camera)
            try site.scrape(rec1, [camera, .well("yard", at: now)])
        }
        let view = site.watcher().view()
        #expect(view.cameras.map(\.id) == ["gate", "yard"])
        let gate = view.cameras[0]
        #expect(gate.state == state && (reason.isEmpty ? gate.reason.isEmpty : gate.reason.contains(reason)))
        #expect(gate.node == CameraNode(site: "", instance: "rec-1") && gate.nodeProblem == nil)
        #expect(view.cameras[1].state == .online && view.cameras[1].lastFrame == site.now() - 300)
        #expect(view.cameras[1].lastRecorded == site.now() - 4_000)
        #expect(view.nodes.map(\.problem) == [nil] && view.nodes.map(\.cameras) == [2])
        // Whatever the numbers are, they can be told.
        #expect(throws: Never.self) { try JSONEncoder().encode(view.cameras) }
    }

    @Test(
        "whose exporters tell of times that are none have none, and harm no other",
        arguments: [1, 0.001, -5, 1.7e12, 9.2233720368547e15, 1e300, -.infinity, .nan])
    func noTimes(value: Double) throws {
        try site.run(4) { now in
            var odd = NodeSite.Camera.well("gate", at: now)
            odd.values["camera_last_frame_timestamp"] = value
            odd.values["recording_last_segment_timestamp_seconds"] = 9.2233720368547e15
            try site.scrape(rec1, [odd, .well("yard", at: now)])
        }
        let view = site.watcher().view()
        #expect(view.cameras.map(\.state) == [.online, .online])
        let yard = try #require(view.cameras.last?.lastFrame)
        #expect(abs(site.now() - yard) < 1_000)
        #expect(throws: Never.self) { try JSONEncoder().encode(view.cameras) }
    }

    @Test("lose frames where the counters say so, also over a restart of the recorder")
    func loss() throws {
        var rounds = 0.0
        try site.run(8) { now in
            rounds += 1
            var camera = NodeSite.Camera.well("gate", at: now)
            // Half way both begin anew.
            let counted = rounds < 5 ? rounds : rounds - 4
            camera.values["camera_frames_total"] = counted * 300
            camera.values["camera_frames_dropped_total"] = counted * 75
            try site.scrape(rec1, [camera])
        }
        let gate = try #require(site.watcher().view().cameras.first)
        #expect(gate.state == .degraded && gate.reason == "20 % of frames are lost")
    }

    @Test("are unknown when their node is gone, which is one thing that is wrong; and back when it is")
    func gone() throws {
        let rec2 = NodeSite.target("rec-2")
        let watcher = site.watcher()
        try site.run(4) { now in
            for target in [rec1, rec2] {
                try site.scrape(target, [.well("gate", at: now), .well("yard", at: now)])
            }
        }
        #expect(watcher.view().cameras.allSatisfy { $0.state == .online })
        let last = site.now()
        let failed = NodeCameras.Target(labels: rec1, problem: "connection refused")
        site.targets.withLock { $0 = [failed, .init(labels: rec2, problem: nil)] }
        // Long after what was last told of them is out of sight.
        for minutes in [0, 4, 30] {
            try site.run(1 + minutes * 4) { now in
                try site.scrape(rec1, nil)
                try site.scrape(rec2, [.well("gate", at: now), .well("yard", at: now)])
            }
            for watcher in [watcher, site.watcher()] {
                let view = watcher.view()
                #expect(view.nodes.map(\.problem) == ["connection refused", nil])
                #expect(view.nodes.map(\.cameras) == [2, 2] && view.nodes[0].lastSample == last)
                #expect(view.cameras.map(\.state) == [.unknown, .unknown, .online, .online])
                #expect(view.cameras[0].reason == "Nothing comes from its node rec-1: connection refused")
                #expect(view.cameras[0].since == last && view.cameras[0].fps == nil)
                #expect(view.cameras[0].lastFrame == last - 300)
            }
        }
        // What else runs on its host answers.
        try site.run(1) { now in
            try site.scrape(NodeSite.target("rec-1", job: "node-exporter"), [])
            try site.scrape(rec1, nil)
        }
        #expect(watcher.view().nodes[0].problem == "connection refused; the host itself answers")
        try site.run(1) { now in try site.scrape(rec1, [.well("gate", at: now)]) }
        let back = watcher.view()
        #expect(back.nodes.map(\.problem) == [nil, nil] && back.cameras.count == 3)
    }

    @Test("that were taken out are missed neither before nor after their node goes")
    func takenOut() throws {
        let watcher = site.watcher()
        try site.run(10) { now in try site.scrape(rec1, [.well("gate", at: now), .well("old", at: now)]) }
        #expect(watcher.view().cameras.count == 2)
        try site.run(10) { now in try site.scrape(rec1, [.well("gate", at: now)]) }
        #expect(watcher.view().cameras.map(\.id) == ["gate"])
        try site.run(2) { _ in try site.scrape(rec1, nil) }
        #expect(watcher.view().cameras.map(\.id) == ["gate"] && watcher.view().nodes[0].problem != nil)
        site.pass(NodeSite.interval)
        try site.remove(rec1)
        site.pass(NodeSite.interval)
        #expect(watcher.view().nodes.isEmpty && site.watcher().view().nodes.isEmpty)
    }

    @Test("that another server writes here are gone a minute after it falls silent, and forgotten after a day")
    func silent() throws {
        let watcher = site.watcher()
        let remote = NodeSite.target("north-server", site: "north", job: "watchpost")
        try site.run(6) { now in try site.scrape(remote, [.well("gate", at: now)], reportsUp: false) }
        for (seconds, isGone) in [(30, false), (29, false), (10, true), (3_600, true), (80_000, true)] {
            site.pass(Int64(seconds) * 1_000)
            let view = watcher.view()
            #expect(view.nodes.count == 1 && (view.nodes.first?.problem != nil) == isGone, "\(seconds)")
            #expect(view.cameras.map(\.state) == [isGone ? .unknown : .online])
        }
        #expect(watcher.view().nodes[0].problem?.contains("nothing has come from it for 23h") == true)
        // A server that has just started knows it too, and gives it time.
        let young = site.watcher()
        #expect(young.view().nodes.map(\.isPending) == [true] && young.view().nodes.map(\.isGone) == [false])
        site.pass(61_000)
        #expect(young.view().nodes[0].isGone && young.view().nodes[0].problem?.contains("nothing has come") == true)
        site.pass(3_600_000)
        #expect(watcher.view().nodes.isEmpty && site.watcher().view().nodes.isEmpty)
    }

    @Test("are not those of this host, by whatever name its series come")
    func own() throws {
        let own = [
            NodeSite.target("server", job: "watchpost"), NodeSite.target("old-name", job: "watchpost"),
            NodeSite.target("localhost:9900", job: "self"),
        ]
        site.owners.withLock { owners in
            for target in own { owners.insert(.init(job: target["job"], instance: target["instance"])) }
        }
        try site.run(3) { now in
            for target in own + [rec1] { try site.scrape(target, [.well("gate", at: now)]) }
        }
        let view = site.watcher().view()
        #expect(view.cameras.map(\.node?.name) == ["rec-1"] && view.nodes.count == 1)
    }

    @Test("of one name are several where nodes or sites differ, and one where two jobs bring it")
    func names() throws {
        let targets = [
            rec1, NodeSite.target("rec-1", job: "again"), NodeSite.target("rec-2"),
            NodeSite.target("rec-1", site: "north"),
        ]
        try site.run(3) { now in
            for target in targets { try site.scrape(target, [.well("gate", at: now)]) }
        }
        let view = site.watcher().view()
        #expect(view.cameras.map(\.node?.name) == ["rec-1", "rec-2", "north / rec-1"])
        #expect(Set(view.cameras.map(\.key)).count == 3)
    }

    @Test("have the times of this server's clock, whatever their node's says", arguments: [-86_400, -90, 0, 70, 3_600])
    func wrongClock(seconds: Int) throws {
        let shift = Int64(seconds) * 1_000
        try site.run(3) { now in
            var camera = NodeSite.Camera.well("gate", at: now + shift)
            camera.values["camera_frames_total"] = Double(now / 40)
            var down = NodeSite.Camera.well("down", at: now + shift)
            down.values["camera_connection_status"] = 0
            down.values["camera_last_frame_timestamp"] = Double(NodeSite.start + shift) / 1_000
            try site.scrape(rec1, [camera, down])
        }
        let cameras = site.watcher().view().cameras
        for (camera, truth) in zip(cameras, [NodeSite.start, site.now()]) {
            #expect(abs((camera.lastFrame ?? 0) - truth) < 1_000, "\(camera.id)")
        }
    }

    @Test("keep the time since when they are as they are, also when it is out of sight")
    func since() throws {
        let watcher = site.watcher()
        try site.run(20) { now in try site.scrape(rec1, [.well("gate", at: now)]) }
        let first = NodeSite.start + NodeSite.interval
        #expect(watcher.view().cameras[0].since == first)
        try site.run(60) { now in
            try site.scrape(rec1, [.well("gate", at: now)])
            _ = watcher.view()
        }
        #expect(watcher.view().cameras[0].since == first)
        var fell: Int64?
        try site.run(40) { now in
            fell = fell ?? now
            var camera = NodeSite.Camera.well("gate", at: now)
            camera.values["camera_fps"] = 3
            try site.scrape(rec1, [camera])
            _ = watcher.view()
        }
        #expect(watcher.view().cameras[0].state == .degraded)
        let seen = watcher.view().cameras[0].since
        #expect(abs(seen - (fell ?? 0)) <= 300_000)
        // Well for an hour in which nobody looked, and slow again.
        for fps in [25.0, 3.0] {
            try site.run(240) { now in
                var camera = NodeSite.Camera.well("gate", at: now)
                camera.values["camera_fps"] = fps
                try site.scrape(rec1, [camera])
            }
        }
        #expect(watcher.view().cameras[0].state == .degraded && watcher.view().cameras[0].since > seen)
    }
}
