internal import Model

/// Looks for recorders among the processes of the host.
package enum RecorderFinder {
    package struct Findings: Sendable {
        package var recorders: [FoundRecorder] = []
        /// Streams that a recorder reads and that none of its outputs takes: its pid, and the address without credentials.
        package var unused: [(pid: Int32, url: String)] = []
        /// Recorders of other users whose descriptors or arguments we may not read.
        package var unreadable = 0
    }

    /// Whether a process of that name may be a recorder.
    static func isRecorder(_ name: String) -> Bool { RecorderProgram(name) != nil }

    /// - Parameter supervised: pids of recorders that are supervised, which are not found once more.
    package static func find(except supervised: Set<Int32>) -> Findings {
        var findings = Findings()
        for pid in ProcessTable.pids().sorted() where !supervised.contains(pid) {
            guard isRecorder(ProcessTable.name(of: pid)) else { continue }
            let arguments = ProcessTable.arguments(of: pid)
            let streams = FoundRecorder.streams(
                of: arguments, name: ProcessTable.name(of: pid),
                standardOutput: { ProcessTable.outputFile(of: pid) }, script: { ProcessTable.script($0, of: pid) })
            let all = FoundRecorder.all(
                pid: pid, streams, program: RecorderProgram(ProcessTable.name(of: pid)) ?? .ffmpeg,
                workingDirectory: ProcessTable.workingDirectory(of: pid))
            guard !all.isEmpty else { continue }
            findings.unused += streams.unused.map { (pid, Redaction.shown($0)) }
            let isReadable = ProcessTable.socketInodes(of: pid) != nil
            if !isReadable { findings.unreadable += 1 }
            let seesSocket = isReadable && ProcessTable.sharesNamespace("net", with: pid)
            let startedAt = ProcessTable.facts(of: pid)?.startedAt
            let sharesRoot = ProcessTable.sharesRoot(with: pid)
            for var found in all {
                found.seesSocket = seesSocket
                found.startedAt = startedAt
                if let folder = found.folder, !sharesRoot { found.readableFolder = "/proc/\(pid)/root\(folder)" }
                if let pattern = found.pattern, !sharesRoot { found.pattern = "/proc/\(pid)/root\(pattern)" }
                findings.recorders.append(found)
            }
        }
        return findings
    }

    /// A process' sockets, looked up again only when they may have changed.
    package struct Sockets: Sendable {
        private var inodes: Set<UInt32>?
        private var lastLook: Int64 = .min / 2
        private static let interval: Int64 = 30_000

        package init() {}

        /// Bytes that its TCP connections received; `nil` where its descriptors may not be read or it has none.
        package mutating func received(by pid: Int32, of all: [UInt32: UInt64], now: Int64) -> UInt64? {
            let isKnown = inodes?.contains { all[$0] != nil } ?? false
            if !isKnown && now - lastLook >= 1_000 || now - lastLook >= Self.interval {
                inodes = ProcessTable.socketInodes(of: pid)
                lastLook = now
            }
            let counts = inodes?.compactMap { all[$0] } ?? []
            return counts.isEmpty ? nil : counts.reduce(0, +)
        }
    }
}
