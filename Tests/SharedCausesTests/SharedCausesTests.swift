import Model
import SharedCauses
import TestSupport
import Testing

@Suite("What cameras that failed together share")
struct SharedCausesTests {
    typealias Share = WatchedCamera.Share

    private static let node = Share(.node, "rec-1")

    /// A camera of `10.50.NET.HOST` on the node.
    private static func camera(
        _ id: String, _ net: Int, _ host: Int, fell: Int64? = nil, _ trouble: WatchedCamera.Trouble = .down,
        wasWell: Bool = true, more: [Share] = []
    ) -> WatchedCamera {
        let shares = [Share(.address, "10.50.\(net).\(host)"), Share(.subnet, "10.50.\(net).0/24"), node]
        let fall = fell.map { WatchedCamera.Fall(at: $0 * 1_000, trouble: trouble, wasWell: wasWell) }
        return WatchedCamera(id, fall, shares: more + shares)
    }

    /// Cameras of one network, each of an address of its own, which fell at these seconds; `nil` is well.
    private static func network(
        _ net: Int, _ falls: [Int64?], wasWell: Bool = true, more: [Share] = []
    ) -> [WatchedCamera] {
        falls.enumerated().map { camera("n\(net)-\($0)", net, $0 + 10, fell: $1, wasWell: wasWell, more: more) }
    }

    /// Channels of one recorder.
    private static func recorder(
        _ net: Int, _ host: Int, _ falls: [Int64?], _ trouble: WatchedCamera.Trouble = .down, more: [Share] = []
    ) -> [WatchedCamera] {
        falls.enumerated().map { camera("r\(host)-\($0)", net, host, fell: $1, trouble, more: more) }
    }

    private static func all(_ count: Int, _ second: Int64?) -> [Int64?] { Array(repeating: second, count: count) }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let cameras: [WatchedCamera]
        let headlines: [String]

        init(_ description: String, _ cameras: [WatchedCamera], _ headlines: [String]) {
            testDescription = description
            self.cameras = cameras
            self.headlines = headlines
        }
    }

    private static let login = Share(.login, "10.50.3.9:554", secret: 1)
    private static let credentials = Share(.credentials, "gate", secret: 1)
    private static let disk = Share(.disk, "/srv")

    private static let cases: [Case] = [
        Case(
            "a subnet, of which one camera is well",
            network(3, [0, 1, 1, 2, 2, 2, 3, 3, 4, 4, 4, nil]) + network(4, all(8, nil)),
            ["11 of 12 cameras of 10.50.3.0/24, within 4 s"]),
        Case(
            "three cameras in total, of three networks", network(1, [0]) + network(2, [1]) + network(3, [2]),
            ["3 of 3 cameras of the node rec-1, within 2 s"]),
        Case("two of three cameras", network(3, [0, 1, nil]), []),
        Case("three of six", network(3, [0, 1, 2, nil, nil, nil]), []),
        Case(
            "all of one network that are all of the node", network(3, all(12, 5)),
            ["12 of 12 cameras of 10.50.3.0/24, within 1 s"]),
        Case(
            "two networks, which are all of the node", network(3, all(12, 5)) + network(4, all(12, 6)),
            ["24 of 24 cameras of the node rec-1, within 1 s"]),
        Case(
            "one of two recorders of a network", recorder(3, 9, all(8, 1)) + recorder(3, 10, all(8, nil)),
            ["8 of 8 cameras of 10.50.3.9, within 1 s"]),
        Case(
            "the larger of two recorders of a network", recorder(3, 9, all(12, 1)) + recorder(3, 10, all(4, nil)),
            ["12 of 12 cameras of 10.50.3.9, within 1 s"]),
        Case(
            "a recorder, and by chance one of the others", recorder(3, 9, all(8, 1)) + network(3, [2, nil, nil, nil]),
            ["8 of 8 cameras of 10.50.3.9, within 1 s"]),
        Case(
            "both recorders of a network",
            recorder(3, 9, all(4, 1)) + recorder(3, 10, all(4, 30)) + network(4, all(9, nil)),
            ["8 of 8 cameras of 10.50.3.0/24, within 29 s"]),
        Case(
            "two recorders of two networks",
            recorder(3, 9, all(5, 1)) + recorder(4, 10, all(4, 2)) + network(5, all(30, nil)),
            ["5 of 5 cameras of 10.50.3.9, within 1 s", "4 of 4 cameras of 10.50.4.10, within 1 s"]),
        Case(
            "a recorder that refuses the login", recorder(3, 9, all(16, 1), .refused, more: [login, credentials]),
            ["16 of 16 cameras with the login at 10.50.3.9:554, which is refused, within 1 s"]),
        Case(
            "one password at many addresses",
            (0..<12).map { camera("c\($0)", $0, 9, fell: 3, .refused, more: [credentials]) }
                + network(40, all(20, nil)),
            ["12 of 12 cameras with the credentials of gate, which are refused, within 1 s"]),
        Case(
            "a password that others of the same address do not have",
            recorder(3, 9, all(8, 1), .refused, more: [login])
                + recorder(3, 9, all(8, nil)).map {
                    WatchedCamera("other " + $0.id, nil, shares: $0.shares)
                },
            ["8 of 8 cameras with the login at 10.50.3.9:554, which is refused, within 1 s"]),
        Case(
            "cameras that are down, and not by their login", recorder(3, 9, all(4, 1), more: [login]),
            ["4 of 4 cameras of 10.50.3.9, within 1 s"]),
        Case(
            "a disk", network(3, [nil]) + (0..<4).map { camera("d\($0)", $0, 7, fell: 50, .notRecorded, more: [disk]) },
            ["4 of 4 cameras recorded to /srv, within 1 s"]),
        Case(
            "recorders that ended", (0..<4).map { camera("d\($0)", $0, 7, fell: 50, .recorderEnded, more: [disk]) },
            ["4 of 4 cameras of the node rec-1, within 1 s"]),
        Case(
            "a switch that falls in drips of 90 s", network(3, (0..<12).map { $0 * 8 }),
            ["12 of 12 cameras of 10.50.3.0/24, within 88 s"]),
        Case(
            "one that falls long after the others", network(3, [0, 1, 2, 3, 100]),
            ["4 of 5 cameras of 10.50.3.0/24, within 3 s"]),
        Case("cameras that fall one after another", network(3, [0, 61, 122, 183]), []),
        Case("half a network now, and half two minutes ago", network(3, all(6, 0) + all(6, 120)), []),
        Case(
            "what was left of a network of which others were down for long", network(3, all(6, 0) + all(6, 9_000)),
            ["6 of 6 cameras of 10.50.3.0/24, within 1 s"]),
        Case(
            "three of five that were never seen well",
            network(3, [0, 1, 2, nil, nil]).map {
                var camera = $0
                camera.fall?.wasWell = false
                return camera
            }, []),
        Case(
            "all of a network were never seen well",
            network(3, [0, 200, 400], wasWell: false) + network(4, all(9, nil)),
            ["3 of 3 cameras of 10.50.3.0/24, ever since they are watched"]),
        Case(
            "a switch that a label names",
            network(3, all(3, 1), more: [Share(.group, "switch sw-3")])
                + network(4, all(3, 2), more: [Share(.group, "switch sw-3")]) + network(5, all(9, nil)),
            ["6 of 6 cameras of switch sw-3, within 1 s"]),
    ]

    @Test("is told with the number of cameras", arguments: cases)
    func headlines(_ example: Case) {
        #expect(SharedCauses.groups(of: example.cameras).map(\.cause.headline) == example.headlines)
        let backwards = SharedCauses.groups(of: example.cameras.reversed())
        #expect(backwards == SharedCauses.groups(of: example.cameras), "the order of cameras says nothing")
    }

    @Test("names what else they share exactly, and nothing that others have")
    func alsoShared() throws {
        let all = try #require(SharedCauses.groups(of: Self.network(3, Self.all(4, 1))).first)
        #expect(all.cause.alsoShared == ["4 of 4 cameras of the node rec-1"])
        let some = try #require(
            SharedCauses.groups(of: Self.network(3, Self.all(4, 1)) + Self.network(4, Self.all(3, nil))).first)
        #expect(some.cause.alsoShared == [])
        #expect(some.cameras == ["n3-0", "n3-1", "n3-2", "n3-3"])
    }

    @Test("ends when too few are still down, and one that flaps belongs to it only while it is down")
    func ends() {
        func downs(_ falls: [Int64?]) -> [Int] { SharedCauses.groups(of: Self.network(3, falls)).map(\.cause.down) }
        #expect(downs([0, 0, 0, 0, 0]) == [5])
        #expect(downs([0, nil, 0, 0, 0]) == [4])
        #expect(downs([0, 500, 0, 0, 0]) == [4])
        #expect(downs([0, nil, nil, 0, 0]) == [3])
        #expect(downs([0, nil, nil, nil, 0]) == [])
    }

    @Test("holds for whatever cameras: one cause each at most, none that is well, enough of those that share it")
    func random() {
        var random = SeededGenerator(for: "shared causes")
        let troubles: [WatchedCamera.Trouble] = [.down, .down, .refused, .notRecorded, .recorderEnded]
        var grouped = 0
        for _ in 0..<600 {
            let cameras = (0..<Int.random(in: 0...40, using: &random)).map { number in
                let (net, host) = (Int.random(in: 0...2, using: &random), Int.random(in: 0...3, using: &random))
                let isDown = Int.random(in: 0...9, using: &random) < 8
                let more = Bool.random(using: &random) ? [Self.login, Self.credentials] : [Self.disk]
                return Self.camera(
                    "c\(number)", net, host, fell: isDown ? Int64.random(in: 0...90, using: &random) : nil,
                    troubles.randomElement(using: &random) ?? .down,
                    wasWell: Int.random(in: 0...5, using: &random) > 0, more: more)
            }
            let groups = SharedCauses.groups(of: cameras)
            grouped += groups.count
            let byID = Dictionary(uniqueKeysWithValues: cameras.map { ($0.id, $0) })
            let named = groups.flatMap(\.cameras)
            #expect(Set(named).count == named.count)
            #expect(named.allSatisfy { byID[$0]?.fall != nil })
            for group in groups {
                #expect(group.cameras.count == group.cause.down && group.cause.down >= 3)
                #expect(group.cause.down * 100 >= group.cause.watched * 60)
                let falls = group.cameras.compactMap { byID[$0]?.fall }
                let times = falls.map(\.at)
                if group.cause.span != nil { #expect((times.max() ?? 0) - (times.min() ?? 0) <= 120_000) }
                for id in group.cameras {
                    let has = byID[id]?.shares.contains { $0.kind == group.cause.kind && $0.name == group.cause.cause }
                    #expect(has == true)
                }
                if group.cause.kind == .disk { #expect(falls.allSatisfy { $0.trouble == .notRecorded }) }
            }
            #expect(SharedCauses.groups(of: cameras.shuffled(using: &random)) == groups)
        }
        #expect(grouped > 200)
    }

    @Test(
        "is found among two thousand cameras in a moment, also where hundreds of groups are down",
        .timeLimit(.minutes(1)))
    func cost() {
        let clock = ContinuousClock()
        let one = (0..<2_000).map { Self.camera("c\($0)", $0 / 250, $0 % 250, fell: 1) }
        let many = (0..<2_000).map {
            Self.camera("c\($0)", $0 / 4, 1, fell: $0 / 4 % 2 == 0 ? Int64($0 / 4) * 300 : nil)
        }
        let well = (0..<2_000).map { Self.camera("c\($0)", $0 / 250, $0 % 250) }
        for (name, cameras, count) in [("all of a node", one, 1), ("250 recorders", many, 250), ("none", well, 0)] {
            var groups = 0
            let took = clock.measure { groups = SharedCauses.groups(of: cameras).count }
            print("2,000 cameras, \(name): \(groups) groups in \(took)")
            #expect(groups == count)
            #expect(took < .seconds(2))
        }
    }
}
