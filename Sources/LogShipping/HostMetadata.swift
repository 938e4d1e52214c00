import Base
import Foundation
import Model

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What every event says about the machine and the program that shipped it.
struct HostMetadata: Sendable {
    /// Of every event.
    let common: [String: LogValue]
    /// What `add_host_metadata` adds.
    let host: [String: LogValue]

    init(hostName: String, version: String) {
        common = [
            "agent.name": .string(hostName), "agent.type": .string("watchpost"), "agent.version": .string(version),
            "agent.id": .string(HostMetadata.identity(hostName)),
            "agent.ephemeral_id": .string(UUID().uuidString.lowercased()), "ecs.version": .string("8.0.0"),
            "host.name": .string(hostName),
        ]
        var host: [String: LogValue] = ["host.hostname": .string(hostName)]
        var system = utsname()
        if uname(&system) == 0 {
            host["host.architecture"] = .string(HostMetadata.text(of: system.machine))
            host["host.os.kernel"] = .string(HostMetadata.text(of: system.release))
            host["host.os.type"] = .string(HostMetadata.text(of: system.sysname).lowercased())
        }
        let names = ["ID": "host.os.platform", "NAME": "host.os.name", "VERSION_ID": "host.os.version"]
        let release = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
        for line in release.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let name = names[String(parts[0])] else { continue }
            host[name] = .string(parts[1].trimmingCharacters(in: CharacterSet(charactersIn: "\"'")))
        }
        if let id = try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8) {
            host["host.id"] = .string(id.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        self.host = host
    }

    /// The same for a host in every run.
    private static func identity(_ hostName: String) -> String {
        let halves = ([1, 2] as [UInt64]).map { seed in
            let digits = String(Array(hostName.utf8).withUnsafeBytes { ByteHash.hash($0, seed: seed) }, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        let digits = Array(halves.joined())
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    private static func text<Characters>(of characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
