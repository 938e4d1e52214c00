import Foundation
import Instruments
import Model
import TestSupport
import Testing

@testable import Collectors

@Suite("The host")
struct HostTests {
    private static let mountInfo = """
        22 27 0:21 / /proc rw,relatime - proc proc rw
        27 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
        30 27 8:17 / /srv/my\\040video ro,relatime - xfs /dev/sdb1 rw
        31 27 8:17 /sub /mnt/again rw,relatime - xfs /dev/sdb1 rw
        32 27 0:40 / /tmp rw - tmpfs tmpfs rw
        33 27 0:50 / /nas rw shared:1 - nfs4 nas:/vol rw
        """

    @Test(
        "its filesystems are the real ones, and those that hold what is ours",
        arguments: [
            ([String](), ["/", "/nas", "/srv/my video"]), (["/tmp/data"], ["/", "/nas", "/srv/my video", "/tmp"]),
            (["/mnt/again/cam-1"], ["/", "/mnt/again", "/nas"]),
        ])
    func mounts(paths: [String], expected: [String]) {
        #expect(MountTable.watched(holding: paths, text: Self.mountInfo).map(\.mountPoint) == expected)
    }

    @Test("of filesystems that lie over each other the uppermost one counts")
    func covered() {
        let text = Self.mountInfo + "\n40 33 0:60 / /nas ro - nfs4 other:/vol ro\n"
        let nas = MountTable.watched(holding: [], text: text).filter { $0.mountPoint == "/nas" }
        #expect(nas.map(\.source) == ["other:/vol"] && nas.first?.isReadOnly == true)
    }

    @Test("a mount's options are read")
    func options() {
        let mounts = MountTable.parse(Self.mountInfo)
        #expect(mounts.first { $0.filesystem == "xfs" }?.isReadOnly == true)
        #expect(mounts.first { $0.filesystem == "nfs4" }?.source == "nas:/vol")
    }

    @Test("used percent is what is not free")
    func space() throws {
        let space = try #require(MountSpace(at: "/"))
        #expect(abs(space.usedPercent - (100 - space.free / space.total * 100)) < 1e-9)
        #expect(MountSpace(at: "/nowhere/at/all") == nil)
    }

    @Test("disk statistics count in bytes and seconds")
    func diskStatistics() {
        let line = " 254       0 vda 100 5 2048 500 200 6 4096 1500 3 900 2000 0 0 0 0 0 0\n254 1 vda1 1 2 3\n"
        let disks = DiskStatistics.parse(line)
        #expect(disks.count == 1)
        #expect(disks.first?.readBytes == 1_048_576.0)
        #expect(disks.first?.writtenBytes == 2_097_152.0)
        #expect(disks.first?.ioSeconds == 0.9)
        #expect(!DiskStatistics.isWholeDevice("loop0") && !DiskStatistics.isWholeDevice("sda1"))
    }

    @Test("interfaces are counted in both directions")
    func interfaces() {
        let text = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
              eth0: 1000 10 1 2 0 0 0 0 2000 20 3 4 0 0 0 0
            """
        let all = InterfaceStatistics.parse(text)
        #expect(all.count == 1)
        #expect(all.first?.receivedBytes == 1_000 && all.first?.sentBytes == 2_000)
        #expect((all.first?.receiveErrors ?? 0) + (all.first?.sendErrors ?? 0) == 4)
        #expect(NetworkCollector.physical(["lo", "no-such-eth", "docker0", "veth1"]) == ["no-such-eth"])
    }

    @Test("a disk that fills is foreseen to be full, and one that does not is not")
    func trend() throws {
        var filling = DiskTrend()
        var quiet = DiskTrend()
        var foreseen: Double?
        for minute in 0...30 {
            let now = Int64(minute) * 60_000
            foreseen = filling.add(1e9 - Double(minute) * 60 * 1e5, at: now)
            #expect(quiet.add(5e9, at: now) == nil)
        }
        let seconds = try #require(foreseen)
        #expect(abs(seconds - (1e9 - 1800 * 1e5) / 1e5) < 5)
    }

    @Test(
        "a level stands where no more is used than before, since old footage was first seen to go",
        arguments: [
            // Filled for a day, and recycled for half an hour by now.
            (0, 1_440, 30, 0.0, true), (1, 1_440, 30, 0.0, true), (1, 1_440, 15, 0.0, false),
            // Fills at a percent an hour, whatever goes.
            (1, 1_440, 600, 1.0, false), (1, 1_440, 0, 0.0, false), (0, 10, 10, 0.0, false),
            // What comes and goes with the hours.
            (0, 2_000, 1_900, 0.0, true),
        ] as [(Double, Int, Int, Double, Bool)])
    func level(filling: Double, minutes: Int, recycled: Int, risesAfter: Double, stands: Bool) throws {
        var level = DiskLevel()
        var used = 50.0
        for minute in 0..<minutes {
            used += minute < minutes - recycled ? filling / 60 : risesAfter / 60
            _ = level.add(used + 0.1 * Double(minute % 60) / 60, at: Int64(minute) * 60_000)
        }
        let now = Int64(minutes) * 60_000
        let first = now - Int64(recycled) * 60_000
        #expect(level.stands(since: first, total: 100, now: now) == stands)
        let written = try JSONDecoder().decode(DiskLevel.self, from: JSONEncoder().encode(level))
        #expect(written == level)
    }

    @Test("a disk on which old footage goes for new is told as such, and again after a restart", arguments: [1, 2])
    func recycled(times: Int) throws {
        let folder = try TemporaryDirectory()
        let mine = folder.path
        let footage: @Sendable () -> [FootageOnDisk] = {
            var one = FootageOnDisk(camera: "gate", path: mine + "/gate")
            one.heldSeconds = 100
            one.wantedSeconds = 200
            one.deletions = .init(first: 0, last: 1_000, times: times, age: 100)
            return [one]
        }
        func value(_ minutes: ClosedRange<Int>) -> (Double?, MountReading?) {
            let registry = Registry()
            let disks = DiskCollector(
                registry: registry, paths: [], footage: footage, levelsFile: mine + "/levels.json")
            for minute in minutes { disks.collect(now: Int64(minute) * 60_000) }
            let reading = disks.mounts().first { $0.cameras == ["gate"] }
            let families = registry.gather().filter { $0.name == "disk_recycled" }.flatMap(\.points)
            let sample = families.first { $0.labels["mount_point"] == reading?.mountPoint }
            return (sample?.value, reading)
        }
        let (early, reading) = value(0...10)
        #expect(early == 0 && reading?.isRecycled == false)
        #expect(reading?.isShort == true && reading?.heldSeconds == 100 && reading?.wantedSeconds == 200)
        let (late, again) = value(20...21)
        #expect(late == (times > 1 ? 1 : 0) && again?.isRecycled == (times > 1))
    }

    @Test("a timed write takes some time, and a folder that is not there is told")
    func latency() throws {
        let folder = try TemporaryDirectory()
        let times = try DiskLatencyCollector.measure(in: folder.path)
        #expect(times.write > 0)
        #expect(throws: DiskLatencyCollector.Failed.self) { try DiskLatencyCollector.measure(in: "/nowhere") }
    }

    @Test("nothing is written over in the place of the latency file", arguments: ["link", "second name", "pipe"])
    func latencyFile(kind: String) throws {
        let folder = try TemporaryDirectory()
        let other = try folder.write("other", "precious")
        let path = folder.path + "/.watchpost-latency"
        switch kind {
        case "link": try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: other)
        case "pipe": #expect(mkfifo(path, 0o600) == 0)
        default: try FileManager.default.linkItem(atPath: other, toPath: path)
        }
        #expect(throws: DiskLatencyCollector.Failed.self) { try DiskLatencyCollector.measure(in: folder.path) }
        #expect(try String(contentsOfFile: other, encoding: .utf8) == "precious")
    }

    @Test("a folder that is gone does not hide its filesystem's latency")
    func latencyOfAbsentFolder() throws {
        let folder = try TemporaryDirectory()
        let registry = Registry()
        let collector = DiskLatencyCollector(registry: registry, folders: [folder.path + "/gone", folder.path])
        collector.collect()
        #expect(registry.gather().contains { $0.name == "disk_io_latency_ms" })
        #expect(collector.notes().count == 1 && collector.notes()[0].contains("/gone"))
    }

    @Test("a mount is found for a path with blanks and percent signs")
    func mountOfBlanks() {
        let text = Self.mountInfo + "\n40 27 8:33 / /srv/my\\040video/100% rw - ext4 /dev/sdc1 rw\n"
        let mounts = MountTable.parse(text)
        #expect(MountTable.mount(holding: "/srv/my video/cam", among: mounts)?.mountPoint == "/srv/my video")
        #expect(MountTable.mount(holding: "/srv/my video/100%/cam", among: mounts)?.source == "/dev/sdc1")
    }

    @Test("a mount is found for a path behind a link, and for one that is not there yet")
    func mountOfLinks() throws {
        let folder = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: folder.path + "/disk/cams", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link", withDestinationPath: folder.path + "/disk")
        let text = Self.mountInfo + "\n40 27 8:33 / \(folder.path)/disk rw - ext4 /dev/sdc1 rw\n"
        let mounts = MountTable.parse(text)
        for path in ["/disk", "/disk/cams", "/link", "/link/cams", "/link/cams/not/there", "/link/gone"] {
            #expect(MountTable.mount(holding: folder.path + path, among: mounts)?.source == "/dev/sdc1", "\(path)")
        }
        #expect(MountTable.mount(holding: folder.path + "/gone", among: mounts)?.source != "/dev/sdc1")
        #expect(MountTable.mount(holding: "not there", among: mounts) != nil)
    }

    @Test("the collectors give every disk and network metric of this host a true value")
    func collect() throws {
        let folder = try TemporaryDirectory()
        let registry = Registry()
        let disks = DiskCollector(registry: registry, paths: [folder.path])
        disks.collect(now: 0)
        DiskLatencyCollector(registry: registry, folders: [folder.path]).collect()
        NetworkCollector(registry: registry).collect()
        let names = Set(registry.gather().map(\.name))
        let expected: Set = [
            "disk_space_free_bytes", "disk_space_used_bytes", "disk_space_total_bytes", "disk_space_used_percent",
            "disk_io_latency_ms",
        ]
        #expect(expected.isSubset(of: names))
        #expect(disks.mounts().contains { $0.totalBytes > 0 && $0.freeBytes <= $0.totalBytes })
    }
}
