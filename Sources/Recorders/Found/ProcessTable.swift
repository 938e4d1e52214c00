internal import Base
internal import Foundation
internal import Glibc

/// What /proc tells of one process.
package struct ProcessFacts: Sendable, Hashable {
    package let pid: Int32
    /// Seconds of processor time, user and system, since its start.
    package let cpuSeconds: Double
    /// Bytes in memory.
    package let residentBytes: Double
    /// Milliseconds since the Unix epoch.
    package let startedAt: Int64
}

/// Reads /proc.
package enum ProcessTable {
    private static let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    private static let pageBytes = Double(max(1, sysconf(Int32(_SC_PAGESIZE))))

    /// All pids there are now.
    package static func pids() -> [Int32] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var pids: [Int32] = []
        while let entry = readdir(folder) {
            // Names of processes are numbers, and no others begin with a digit.
            let pid = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { strtol($0, nil, 10) }
            }
            if pid > 0 { pids.append(Int32(clamping: pid)) }
        }
        return pids
    }

    /// `nil` where there is no such process any more.
    package static func facts(of pid: Int32) -> ProcessFacts? {
        guard let text = read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 21, fields[0] != "Z", let user = Double(fields[11]), let system = Double(fields[12]),
            let start = Double(fields[19]), let pages = Double(fields[21])
        else { return nil }
        return ProcessFacts(
            pid: pid, cpuSeconds: (user + system) / ticksPerSecond, residentBytes: pages * pageBytes,
            startedAt: bootTime + Int64(start / ticksPerSecond * 1_000))
    }

    /// The arguments, the program's name first; empty where they may not be read.
    static func arguments(of pid: Int32) -> [String] {
        var parts = (read("/proc/\(pid)/cmdline") ?? "").split(separator: "\0", omittingEmptySubsequences: false)
        if parts.last == "" { parts.removeLast() }
        return parts.map(String.init)
    }

    static func name(of pid: Int32) -> String {
        (read("/proc/\(pid)/comm") ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static func workingDirectory(of pid: Int32) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
    }

    /// The regular file into which what a process prints goes; `nil` where that is none.
    static func outputFile(of pid: Int32) -> String? {
        let link = "/proc/\(pid)/fd/1"
        var facts = stat()
        guard stat(link, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        return try? FileManager.default.destinationOfSymbolicLink(atPath: link)
    }

    /// The beginning of a text file that a process names, as that process sees it; `nil` where it cannot be read, or is no
    /// regular file.
    static func script(_ name: String, of pid: Int32) -> String? {
        guard !name.contains("://"), name.contains(where: { $0 != "-" }), !name.hasPrefix("pipe:"),
            !name.hasPrefix("fd:")
        else { return nil }
        let path = name.hasPrefix("/") ? "/proc/\(pid)/root\(name)" : "/proc/\(pid)/cwd/\(name)"
        return (try? RegularFile.contents(path, atMost: 65_536)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether a process is in our namespace of a kind: `net`, `mnt`. Where that may not be read, it is taken to be.
    static func sharesNamespace(_ kind: String, with pid: Int32) -> Bool {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/\(kind)")
        let other = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/ns/\(kind)")
        return other == nil || own == other
    }

    /// Whether a path means the same file to a process as to us.
    static func sharesRoot(with pid: Int32) -> Bool {
        let root = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/root")
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/root")
        return root == nil || root == own && sharesNamespace("mnt", with: pid)
    }

    /// The inodes of a process' sockets; `nil` where they may not be read.
    static func socketInodes(of pid: Int32) -> Set<UInt32>? {
        let folder = "/proc/\(pid)/fd"
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return nil }
        return Set(
            names.compactMap { name in
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
                guard let target, target.hasPrefix("socket:[") else { return nil }
                return UInt32(target.dropFirst(8).dropLast())
            })
    }

    /// When the machine was started, in milliseconds since the Unix epoch.
    private static let bootTime: Int64 = {
        let line = (read("/proc/stat") ?? "").split(separator: "\n").first { $0.hasPrefix("btime ") }
        return (line?.split(separator: " ").last.flatMap { Int64($0) } ?? 0) * 1_000
    }()

    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while bytes.count < 1 << 20 {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count <= 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
