internal import Foundation
package import Instruments
internal import Synchronization

/// Measures network interfaces: `network_*`, from /proc/net/dev.
package final class NetworkCollector: Sendable {
    private let registry: Registry
    private let shown = Mutex<Set<String>>([])

    package init(registry: Registry) { self.registry = registry }

    func collect() {
        let all = InterfaceStatistics.parse(KernelFile.text("/proc/net/dev"))
        let chosen = Self.physical(all.map(\.name))
        for interface in all where chosen.contains(interface.name) {
            let name = interface.name
            registry.counter(Catalogue.networkBytesSentTotal, name).set(total: interface.sentBytes)
            registry.counter(Catalogue.networkBytesReceivedTotal, name).set(total: interface.receivedBytes)
            registry.counter(Catalogue.networkErrorsTotal, name).set(
                total: interface.receiveErrors + interface.sendErrors)
            registry.counter(Catalogue.networkDropsTotal, name).set(total: interface.receiveDrops + interface.sendDrops)
        }
        let gone = shown.withLock { shown -> Set<String> in
            defer { shown = chosen }
            return shown.subtracting(chosen)
        }
        for name in gone { registry.removeAll(whereFirstLabelIs: name, named: "interface") }
    }

    /// Interfaces with hardware below them; within a container, where none has, those that are not plainly virtual.
    static func physical(_ names: [String]) -> Set<String> {
        let real = names.filter { FileManager.default.fileExists(atPath: "/sys/class/net/\($0)/device") }
        if !real.isEmpty { return Set(real) }
        let virtual = [
            "lo", "docker", "veth", "br-", "virbr", "ifb", "dummy", "tun", "tap", "sit", "cni", "flannel", "cali",
        ]
        return Set(names.filter { name in !virtual.contains { name.hasPrefix($0) } })
    }
}

/// One line of /proc/net/dev.
struct InterfaceStatistics: Equatable {
    let name: String
    let receivedBytes: Double
    let receivedPackets: Double
    let receiveErrors: Double
    let receiveDrops: Double
    let sentBytes: Double
    let sentPackets: Double
    let sendErrors: Double
    let sendDrops: Double

    static func parse(_ text: String) -> [InterfaceStatistics] {
        text.split(separator: "\n").compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let numbers = line[line.index(after: colon)...].split(separator: " ").map { Double($0) ?? 0 }
            guard numbers.count >= 16 else { return nil }
            return InterfaceStatistics(
                name: line[..<colon].trimmingCharacters(in: .whitespaces), receivedBytes: numbers[0],
                receivedPackets: numbers[1], receiveErrors: numbers[2], receiveDrops: numbers[3], sentBytes: numbers[8],
                sentPackets: numbers[9], sendErrors: numbers[10], sendDrops: numbers[11])
        }
    }
}
