internal import Glibc
package import Instruments

/// The host under node_exporter's names: `node_*`.
package final class NodeCollector: Sendable {
    private let registry: Registry
    private static let modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"]
    private static let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))

    package init(registry: Registry) { self.registry = registry }

    func collect(now: Int64) {
        processors()
        memory()
        let loads = KernelFile.text("/proc/loadavg").split(separator: " ").compactMap { Double($0) }
        for (definition, load) in zip([NodeCatalogue.load1, NodeCatalogue.load5, NodeCatalogue.load15], loads) {
            registry.gauge(definition).set(load)
        }
        registry.gauge(NodeCatalogue.timeSeconds).set(Double(now) / 1_000)
        for mount in MountTable.watched(holding: []) {
            guard let space = MountSpace(at: mount.mountPoint) else { continue }
            let labels = [mount.source, mount.filesystem, mount.mountPoint]
            registry.gauge(NodeCatalogue.filesystemSizeBytes, labelValues: labels).set(space.total)
            registry.gauge(NodeCatalogue.filesystemFreeBytes, labelValues: labels).set(space.freeForRoot)
            registry.gauge(NodeCatalogue.filesystemAvailBytes, labelValues: labels).set(space.free)
        }
        for disk in DiskStatistics.wholeDevices() {
            registry.counter(NodeCatalogue.diskReadBytesTotal, disk.name).set(total: disk.readBytes)
            registry.counter(NodeCatalogue.diskWrittenBytesTotal, disk.name).set(total: disk.writtenBytes)
            registry.counter(NodeCatalogue.diskIOTimeSecondsTotal, disk.name).set(total: disk.ioSeconds)
        }
        for interface in InterfaceStatistics.parse(KernelFile.text("/proc/net/dev")) {
            registry.counter(NodeCatalogue.networkReceiveBytesTotal, interface.name).set(total: interface.receivedBytes)
            registry.counter(NodeCatalogue.networkTransmitBytesTotal, interface.name).set(total: interface.sentBytes)
        }
    }

    private func processors() {
        for line in KernelFile.text("/proc/stat").split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let first = fields.first else { continue }
            if first == "btime", let seconds = fields.last.flatMap({ Double($0) }) {
                registry.gauge(NodeCatalogue.bootTimeSeconds).set(seconds)
            }
            guard first.hasPrefix("cpu"), let number = Int(first.dropFirst(3)) else { continue }
            for (mode, ticks) in zip(Self.modes, fields.dropFirst()) {
                registry.counter(NodeCatalogue.cpuSecondsTotal, String(number), mode)
                    .set(total: (Double(ticks) ?? 0) / Self.ticksPerSecond)
            }
        }
    }

    private func memory() {
        for line in KernelFile.text("/proc/meminfo").split(separator: "\n") {
            let parts = line.split(separator: ":")
            guard let name = parts.first, let definition = NodeCatalogue.memoryBytes[String(name)],
                let kilobytes = parts.last?.split(separator: " ").first.flatMap({ Double($0) })
            else { continue }
            registry.gauge(definition).set(kilobytes * 1_024)
        }
    }
}
