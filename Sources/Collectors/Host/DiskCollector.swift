internal import Base
internal import Foundation
package import Instruments
internal import Synchronization

/// A filesystem as the pages show it.
package struct MountReading: Sendable, Hashable {
    package let mountPoint: String
    package let totalBytes: Double
    package let freeBytes: Double
    package let usedPercent: Double
    package let isReadOnly: Bool
    /// When it will be full at the present pace; `nil` where it does not fill.
    package var fullInSeconds: Double?
    /// The cameras that are recorded to it.
    package var cameras: [String] = []
    /// Whether its level stands, as old footage goes for new.
    package var isRecycled = false
    /// Seconds of footage that are held there, and that should be, of the camera with the least.
    package var heldSeconds: Double?
    package var wantedSeconds: Double?
    /// Whether footage was deleted there before it was as old as wanted.
    package var isShort = false
}

/// Measures filesystems and disks: `disk_*`.
package final class DiskCollector: Sendable {
    private struct State {
        var paths: [String] = []
        var mounts: [MountReading] = []
        var shown: Set<String> = []
        var shownDevices: Set<String> = []
        var trends: [String: DiskTrend] = [:]
        var levels: [String: DiskLevel] = [:]
        /// By path of recordings, the mount that holds it; for as long as the mounts are these.
        var places: [String: String] = [:]
        var placedMounts: [Mount] = []
        var placedAt: Int64 = 0
        var notes: [String] = []
    }

    private let registry: Registry
    private let footage: @Sendable () -> [FootageOnDisk]
    private let levelsFile: String?
    private let state = Mutex(State())

    /// Milliseconds for which a path that leads over links is taken to lead there still.
    private static let placeSpan: Int64 = 300_000

    /// Two days of some hundred filesystems.
    private static let levelsBytesMax = 8 << 20

    /// - Parameters:
    ///   - paths: folders whose filesystems are watched, whatever their kind.
    ///   - footage: what lies on disk of cameras; where it lies is watched, too.
    ///   - levelsFile: where the levels of filesystems are remembered; `nil` forgets them with the process.
    package init(
        registry: Registry, paths: [String], footage: @escaping @Sendable () -> [FootageOnDisk] = { [] },
        levelsFile: String? = nil
    ) {
        self.registry = registry
        self.footage = footage
        self.levelsFile = levelsFile
        let bytes = levelsFile.flatMap {
            try? RegularFile.contents($0, atMost: Self.levelsBytesMax, followsLinks: false)
        }
        let levels = bytes.flatMap { try? JSONDecoder().decode([String: DiskLevel].self, from: Data($0)) }
        state.withLock { state in
            state.paths = paths
            state.levels = levels ?? [:]
        }
    }

    package func update(paths: [String]) { state.withLock { $0.paths = paths } }

    /// The filesystems at the last look.
    package func mounts() -> [MountReading] { state.withLock { $0.mounts } }

    package func notes() -> [String] { state.withLock { $0.notes } }

    func collect(now: Int64) {
        let footage = footage()
        let paths = Array(Set(state.withLock { $0.paths } + footage.map(\.path)))
        let mounts = MountTable.watched(holding: paths)
        let footageOfMounts = place(footage, among: mounts, now)
        var isNews = false
        var readings: [MountReading] = []
        var notes: [String] = []
        for mount in mounts {
            guard let space = MountSpace(at: mount.mountPoint) else { continue }
            let values: [(MetricDefinition, Double)] = [
                (Catalogue.diskSpaceFreeBytes, space.free), (Catalogue.diskSpaceUsedBytes, space.used),
                (Catalogue.diskSpaceTotalBytes, space.total), (Catalogue.diskSpaceUsedPercent, space.usedPercent),
            ]
            registry.gauge(Catalogue.diskReadOnly, mount.mountPoint).set(mount.isReadOnly ? 1 : 0)
            if let inodes = space.inodesUsedPercent {
                registry.gauge(Catalogue.diskInodesUsedPercent, mount.mountPoint).set(inodes)
            }
            for (definition, value) in values { registry.gauge(definition, mount.mountPoint).set(value) }
            var reading = MountReading(
                mountPoint: mount.mountPoint, totalBytes: space.total, freeBytes: space.free,
                usedPercent: space.usedPercent, isReadOnly: mount.isReadOnly,
                fullInSeconds: foresee(mount.mountPoint, space.free, now))
            isNews = follow(&reading, footageOfMounts[mount.mountPoint] ?? [], now) || isNews
            registry.gauge(Catalogue.diskRecycled, mount.mountPoint).set(reading.isRecycled ? 1 : 0)
            readings.append(reading)
            let holds = { MountTable.mount(holding: $0, among: mounts)?.mountPoint == mount.mountPoint }
            if mount.isReadOnly, paths.contains(where: holds) {
                notes.append("\(mount.mountPoint) is read-only: nothing can be recorded there.")
            }
        }
        let present = Set(readings.map(\.mountPoint))
        let gone = state.withLock { state -> Set<String> in
            state.mounts = readings
            state.notes = notes
            let gone = state.shown.subtracting(present)
            state.shown = present
            return gone
        }
        if isNews { saveLevels() }
        for mountPoint in gone { registry.removeAll(whereFirstLabelIs: mountPoint, named: "mount_point") }
        collectDevices()
    }

    /// What lies on each filesystem.
    private func place(_ footage: [FootageOnDisk], among mounts: [Mount], _ now: Int64) -> [String: [FootageOnDisk]] {
        var places = state.withLock { state in
            let isFresh = state.placedMounts == mounts && (0..<Self.placeSpan).contains(now - state.placedAt)
            return isFresh ? state.places : [:]
        }
        let isNew = places.isEmpty
        for path in Set(footage.map(\.path)) where places[path] == nil {
            places[path] = MountTable.mount(holding: path, among: mounts)?.mountPoint
        }
        state.withLock { state in
            if isNew { (state.placedMounts, state.placedAt) = (mounts, now) }
            state.places = places
        }
        return Dictionary(grouping: footage) { places[$0.path] ?? "" }
    }

    /// Takes what is held of a filesystem, and whether its level stands.
    /// - Returns: whether there is more to remember than before.
    private func follow(_ reading: inout MountReading, _ footage: [FootageOnDisk], _ now: Int64) -> Bool {
        reading.cameras = Set(footage.map(\.camera)).sorted()
        (reading.heldSeconds, reading.wantedSeconds) = footage.least
        reading.isShort = footage.contains(where: \.isShort)
        let (total, used) = (reading.totalBytes, reading.totalBytes - reading.freeBytes)
        return state.withLock { state in
            var level = state.levels[reading.mountPoint] ?? DiskLevel()
            let isNews = level.add(used, at: now)
            state.levels[reading.mountPoint] = level
            reading.isRecycled = footage.recycledSince.map { level.stands(since: $0, total: total, now: now) } ?? false
            return isNews && !footage.isEmpty
        }
    }

    /// Remembers the levels of those that hold footage.
    private func saveLevels() {
        guard let levelsFile else { return }
        let levels = state.withLock { state in
            let mounts = Set(state.mounts.filter { !$0.cameras.isEmpty }.map(\.mountPoint))
            return state.levels.filter { mounts.contains($0.key) }
        }
        if let data = try? JSONEncoder().encode(levels) { _ = PrivateFile.replace(levelsFile, with: data) }
    }

    /// When the filesystem will be full, if it goes on like this.
    private func foresee(_ mountPoint: String, _ free: Double, _ now: Int64) -> Double? {
        let seconds = state.withLock { $0.trends[mountPoint, default: DiskTrend()].add(free, at: now) }
        if let seconds {
            registry.gauge(Catalogue.diskFullInSeconds, mountPoint).set(seconds)
        } else {
            registry.remove(Catalogue.diskFullInSeconds, labelValues: [mountPoint])
        }
        return seconds
    }

    private func collectDevices() {
        var present: Set<String> = []
        for device in DiskStatistics.wholeDevices() {
            present.insert(device.name)
            registry.counter(Catalogue.diskIOReadBytesTotal, device.name).set(total: device.readBytes)
            registry.counter(Catalogue.diskIOWriteBytesTotal, device.name).set(total: device.writtenBytes)
        }
        let gone = state.withLock { state -> Set<String> in
            defer { state.shownDevices = present }
            return state.shownDevices.subtracting(present)
        }
        for device in gone { registry.removeAll(whereFirstLabelIs: device, named: "device") }
    }
}

/// One line of /proc/diskstats.
struct DiskStatistics: Equatable {
    let name: String
    let reads: Double
    let readBytes: Double
    let readSeconds: Double
    let writes: Double
    let writtenBytes: Double
    let writeSeconds: Double
    let inFlight: Double
    let ioSeconds: Double

    /// The kernel counts sectors of 512 bytes, whatever the device's own are.
    private static let sector = 512.0

    /// Those of the devices that are there now, partitions and the like left out.
    static func wholeDevices() -> [DiskStatistics] {
        parse(KernelFile.text("/proc/diskstats")).filter { isWholeDevice($0.name) }
    }

    static func parse(_ text: String) -> [DiskStatistics] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count >= 14 else { return nil }
            let numbers = fields[3...].map { Double($0) ?? 0 }
            return DiskStatistics(
                name: String(fields[2]), reads: numbers[0], readBytes: numbers[2] * sector,
                readSeconds: numbers[3] / 1_000,
                writes: numbers[4], writtenBytes: numbers[6] * sector, writeSeconds: numbers[7] / 1_000,
                inFlight: numbers[8], ioSeconds: numbers[9] / 1_000)
        }
    }

    /// Whether it is a device of its own: no partition, loop device, or disk in memory.
    static func isWholeDevice(_ name: String) -> Bool {
        if ["loop", "ram", "zram", "fd", "sr"].contains(where: name.hasPrefix) { return false }
        return FileManager.default.fileExists(atPath: "/sys/block/\(name.replacing("/", with: "!"))")
    }
}

/// The pace at which a filesystem fills, as a line through the last hour.
struct DiskTrend {
    private var readings: [(time: Int64, free: Double)] = []
    private static let span: Int64 = 3_600_000
    private static let interval: Int64 = 30_000
    private static let least: Int64 = 600_000
    /// Slower than this it is not filling: a year.
    private static let longest = 31_536_000.0

    /// - Returns: seconds until nothing is free; `nil` while it is not known or nothing fills.
    mutating func add(_ free: Double, at now: Int64) -> Double? {
        if now - (readings.last?.time ?? .min / 2) >= Self.interval { readings.append((now, free)) }
        readings.removeAll { $0.time < now - Self.span }
        guard let first = readings.first, now - first.time >= Self.least else { return nil }
        let count = Double(readings.count)
        let meanTime = readings.reduce(0) { $0 + Double($1.time - now) / 1_000 } / count
        let meanFree = readings.reduce(0) { $0 + $1.free } / count
        var above = 0.0
        var below = 0.0
        for reading in readings {
            let time = Double(reading.time - now) / 1_000 - meanTime
            above += time * (reading.free - meanFree)
            below += time * time
        }
        guard below > 0, above < 0 else { return nil }
        let seconds = free / (-above / below)
        return seconds < Self.longest ? seconds : nil
    }
}
