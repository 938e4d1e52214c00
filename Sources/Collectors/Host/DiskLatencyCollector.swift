internal import Foundation
internal import Glibc
package import Instruments
internal import Synchronization

/// Times a small write past all caches, and the read of it, on the filesystems that matter: `disk_io_latency_ms`.
package final class DiskLatencyCollector: Sendable {
    private let registry: Registry
    private let folders: Mutex<[String]>
    private let errors = Mutex<[String: String]>([:])

    private static let fileName = ".watchpost-latency"
    private static let blockBytes = 4_096

    /// - Parameter folders: our data folder and the configured recordings folders; one a filesystem is used.
    package init(registry: Registry, folders: [String]) {
        self.registry = registry
        self.folders = Mutex(folders)
    }

    package func update(folders: [String]) { self.folders.withLock { $0 = folders } }

    /// What could not be written, for people.
    package func notes() -> [String] { errors.withLock { $0.values.sorted() } }

    func collect() {
        let mounts = MountTable.watched(holding: folders.withLock { $0 })
        var done: Set<String> = []
        var problems: [String: String] = [:]
        for folder in folders.withLock({ $0 }) {
            guard let mount = MountTable.mount(holding: folder, among: mounts), !done.contains(mount.mountPoint)
            else { continue }
            let device = MountTable.device(of: mount)
            do {
                let times = try Self.measure(in: folder)
                registry.histogram(Catalogue.diskIOLatencyMs, device, "write").observe(times.write)
                if let read = times.read { registry.histogram(Catalogue.diskIOLatencyMs, device, "read").observe(read) }
                // Only then: another folder may tell of the filesystem where this one does not.
                done.insert(mount.mountPoint)
            } catch {
                problems[folder] = "\(folder) cannot be written: \(error.reason)"
            }
        }
        errors.withLock { [problems] in $0 = problems }
    }

    struct Failed: Error {
        let reason: String

        init() { reason = String(cString: strerror(errno)) }

        init(_ reason: String) { self.reason = reason }
    }

    /// Milliseconds of a write with O_DSYNC and of a read with O_DIRECT; not every filesystem can do the latter.
    static func measure(in folder: String) throws(Failed) -> (write: Double, read: Double?) {
        let path = folder + "/" + fileName
        guard let block = aligned_alloc(blockBytes, blockBytes) else { throw Failed() }
        defer { free(block) }
        memset(block, Int32.random(in: 0...255), blockBytes)
        let output = open(path, O_WRONLY | O_CREAT | O_DSYNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard output >= 0 else { throw Failed() }
        guard isOwn(output) else {
            close(output)
            throw Failed("\(fileName) there is not a file of its own; remove it")
        }
        let start = ContinuousClock.now
        let written = pwrite(output, block, blockBytes, 0)
        let writeTime = start.duration(to: .now)
        let failure = Failed()
        close(output)
        guard written == blockBytes else { throw failure }
        let direct: Int32 = 0o40000
        let input = open(path, O_RDONLY | direct | O_CLOEXEC | O_NOFOLLOW)
        guard input >= 0 else { return (milliseconds(writeTime), nil) }
        defer { close(input) }
        let readStart = ContinuousClock.now
        let count = pread(input, block, blockBytes, 0)
        return (milliseconds(writeTime), count == blockBytes ? milliseconds(readStart.duration(to: .now)) : nil)
    }

    /// Whether it is a plain file under one name. Others may write to a recordings folder, and whatever they put in the
    /// file's place (a link to another file, a pipe) must not be written over.
    private static func isOwn(_ descriptor: Int32) -> Bool {
        var facts = stat()
        return fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && facts.st_nlink == 1
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) * 1_000 + Double(duration.components.attoseconds) / 1e15
    }
}
