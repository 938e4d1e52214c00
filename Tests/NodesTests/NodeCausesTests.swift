import Model
import Nodes
import Testing

@Suite("What cameras of other nodes that failed together share")
struct NodeCausesTests {
    private let site: NodeSite
    private let rec1 = NodeSite.target("rec-1")
    private let rec2 = NodeSite.target("rec-2")

    init() throws { site = try NodeSite() }

    private static func cameras(_ count: Int, down: Int, at now: Int64) -> [NodeSite.Camera] {
        (0..<count).map { number in
            var camera = NodeSite.Camera.well("c\(number)", at: now)
            if number < down {
                camera.values["camera_connection_status"] = 0
                camera.values["camera_fps"] = 0
                camera.values["camera_last_frame_timestamp"] = nil
            }
            return camera
        }
    }

    private func headlines(_ watcher: NodeCameras) -> [String: Int] {
        Dictionary(grouping: watcher.view().cameras.compactMap(\.sharedCause)) { $0.headline }.mapValues(\.count)
    }

    @Test("is what their node tells")
    func told() throws {
        let watcher = site.watcher()
        try site.run(8) { now in
            var cameras = Self.cameras(12, down: 11, at: now)
            for index in 0..<11 { cameras[index].cause = ("subnet", "10.50.3.0/24") }
            try site.scrape(rec1, cameras, causes: [("subnet", "10.50.3.0/24", 12, 4)])
            // Another one with a cause of the same name, and a part that says what nobody knows.
            var others = Self.cameras(4, down: 4, at: now)
            for index in 0..<3 { others[index].cause = ("subnet", "10.50.3.0/24") }
            others[3].cause = ("<b>", "x")
            try site.scrape(rec2, others, causes: [("subnet", "10.50.3.0/24", .nan, -1), ("subnet", "", 1, 1)])
        }
        #expect(
            headlines(watcher) == [
                "11 of 12 cameras of 10.50.3.0/24, within 4 s": 11,
                "3 of 3 cameras of 10.50.3.0/24, ever since they are watched": 3,
            ])
        // It is over once the series have ended.
        try site.run(2) { now in
            try site.scrape(rec1, Self.cameras(12, down: 0, at: now))
            try site.scrape(rec2, Self.cameras(4, down: 1, at: now))
        }
        #expect(headlines(watcher) == [:])
    }

    @Test("is that they are of one node, where that tells nothing of causes")
    func judged() throws {
        let watcher = site.watcher()
        try site.run(8) { now in try site.scrape(rec1, Self.cameras(1_000, down: 0, at: now)) }
        #expect(headlines(watcher) == [:])
        try site.run(2) { now in try site.scrape(rec1, Self.cameras(1_000, down: 900, at: now)) }
        #expect(headlines(watcher) == ["900 of 1000 cameras of the node rec-1, within 1 s": 900])
        // Also long after, when nothing of the fall is in what is looked at.
        try site.run(60) { now in
            try site.scrape(rec1, Self.cameras(1_000, down: 900, at: now))
            _ = watcher.view()
        }
        #expect(headlines(watcher) == ["900 of 1000 cameras of the node rec-1, within 1 s": 900])
        // A server that starts then knows only that not all are down.
        #expect(headlines(site.watcher()) == ["900 of 1000 cameras of the node rec-1, within 1 s": 900])
        try site.run(2) { now in try site.scrape(rec1, Self.cameras(1_000, down: 2, at: now)) }
        #expect(headlines(watcher) == [:])
    }

    @Test("is not told of cameras that were down already when they were first seen, nor of a node that is gone")
    func before() throws {
        try site.run(300) { now in try site.scrape(rec1, Self.cameras(10, down: 7, at: now)) }
        let watcher = site.watcher()
        #expect(headlines(watcher) == [:])
        try site.run(2) { now in try site.scrape(rec1, Self.cameras(10, down: 10, at: now)) }
        #expect(headlines(watcher) == ["3 of 3 cameras of the node rec-1, within 1 s": 3])
        try site.run(8) { _ in try site.scrape(rec1, nil) }
        #expect(headlines(watcher) == [:])
    }
}
