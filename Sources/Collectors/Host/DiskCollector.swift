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
}

/// Measures filesystems and disks: `disk_*`.
package final class DiskCollector: Sendable {
    private struct State {
        var paths: [String] = []
        var mounts: [MountReading] = []
        var shown: Set<String> = []
        var shownDevices: Set<String> = []
        var trends: [String: DiskTrend] = [:]
        var notes: [String] = []
    }

    private let registry: Registry
    private let state = Mutex(State())

    /// - Parameter paths: folders whose filesystems are watched, whatever their kind.
    package init(registry: Registry, paths: [String]) {
        self.registry = registry
        state.withLock { $0.paths = paths }
    }

    package func update(paths: [String]) { state.withLock { $0.paths = paths } }

    /// The filesystems at the last look.
    package func mounts() -> [MountReading] { state.withLock { $0.mounts } }

    package func notes() -> [String] { state.withLock { $0.notes } }

    func collect(now: Int64) {
        let paths = state.withLock { $0.paths }
        let mounts = MountTable.watched(holding: paths)
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
            readings.append(
                MountReading(
                    mountPoint: mount.mountPoint, totalBytes: space.total, freeBytes: space.free,
                    usedPercent: space.usedPercent, isReadOnly: mount.isReadOnly,
                    fullInSeconds: foresee(mount.mountPoint, space.free, now)))
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
        for mountPoint in gone { registry.removeAll(whereFirstLabelIs: mountPoint, named: "mount_point") }
        collectDevices()
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
