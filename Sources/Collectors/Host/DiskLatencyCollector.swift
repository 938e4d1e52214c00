internal import Foundation
internal import Glibc
public import Instruments
internal import Synchronization

/// Times a small write past all caches, and the read of it, on the filesystems that matter: `disk_io_latency_ms`.
public final class DiskLatencyCollector: Sendable {
    private let registry: Registry
    private let folders: Mutex<[String]>
    private let errors = Mutex<[String: String]>([:])

    private static let fileName = ".watchpost-latency"
    private static let blockBytes = 4_096

    /// - Parameter folders: our data folder and the configured recordings folders; one a filesystem is used.
    public init(registry: Registry, folders: [String]) {
        self.registry = registry
        self.folders = Mutex(folders)
    }

    public func update(folders: [String]) { self.folders.withLock { $0 = folders } }

    /// What could not be written, for people.
    public func notes() -> [String] { errors.withLock { $0.values.sorted() } }

    func collect() {
        let mounts = MountTable.watched(holding: folders.withLock { $0 })
        var done: Set<String> = []
        for folder in folders.withLock({ $0 }) {
            guard let mount = MountTable.mount(holding: folder, among: mounts), done.insert(mount.mountPoint).inserted
            else { continue }
            let device = MountTable.device(of: mount)
            do {
                let times = try Self.measure(in: folder)
                registry.histogram(Catalogue.diskIOLatencyMs, device, "write").observe(times.write)
                if let read = times.read { registry.histogram(Catalogue.diskIOLatencyMs, device, "read").observe(read) }
                errors.withLock { $0[folder] = nil }
            } catch {
                errors.withLock { $0[folder] = "\(folder) cannot be written: \(error.reason)" }
            }
        }
    }

    struct Failed: Error {
        let reason: String

        init() { reason = String(cString: strerror(errno)) }
    }

    /// Milliseconds of a write with O_DSYNC and of a read with O_DIRECT; not every filesystem can do the latter.
    static func measure(in folder: String) throws(Failed) -> (write: Double, read: Double?) {
        let path = folder + "/" + fileName
        guard let block = aligned_alloc(blockBytes, blockBytes) else { throw Failed() }
        defer { free(block) }
        memset(block, Int32.random(in: 0...255), blockBytes)
        let output = open(path, O_WRONLY | O_CREAT | O_DSYNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw Failed() }
        let start = ContinuousClock.now
        let written = pwrite(output, block, blockBytes, 0)
        let writeTime = start.duration(to: .now)
        let failure = Failed()
        close(output)
        guard written == blockBytes else { throw failure }
        let direct: Int32 = 0o40000
        let input = open(path, O_RDONLY | direct | O_CLOEXEC)
        guard input >= 0 else { return (milliseconds(writeTime), nil) }
        defer { close(input) }
        let readStart = ContinuousClock.now
        let count = pread(input, block, blockBytes, 0)
        return (milliseconds(writeTime), count == blockBytes ? milliseconds(readStart.duration(to: .now)) : nil)
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) * 1_000 + Double(duration.components.attoseconds) / 1e15
    }
}
