internal import Glibc

/// A program that has run to its end, or was ended: at a deadline, or for writing too much.
struct BoundedRun {
    /// The last bytes that it wrote, and the last words that it said.
    private(set) var output: [UInt8] = []
    private(set) var words = ""
    /// As `waitpid` tells it.
    private(set) var status: Int32 = 0
    private(set) var isTooLate = false

    /// Runs a program and waits for it.
    /// - Parameters:
    ///   - standardInput: is given to it as it is.
    ///   - outputMax: bytes of output after which it is ended.
    ///   - keptMax: bytes of output that are kept, the last ones.
    ///   - wordsMax: bytes of its words that are kept, the last ones.
    init(
        _ command: [String], standardInput: Int32, deadline: ContinuousClock.Instant, outputMax: Int, keptMax: Int,
        wordsMax: Int
    ) throws(StartFailed) {
        let out = try ChildProcess.pipe()
        defer { close(out.read) }
        let said: (read: Int32, write: Int32)
        do {
            said = try ChildProcess.pipe()
        } catch {
            close(out.write)
            throw error
        }
        defer { close(said.read) }
        var options = ChildProcess.Options()
        options.standardInput = standardInput
        options.standardOutput = out.write
        options.standardError = said.write
        options.deathSignal = SIGKILL
        let pid: Int32
        do {
            pid = try ChildProcess.start(command, options)
        } catch {
            close(out.write)
            close(said.write)
            throw error
        }
        close(out.write)
        close(said.write)
        ChildProcess.makeNonBlocking(out.read)
        ChildProcess.makeNonBlocking(said.read)
        read(out.read, said.read, deadline, outputMax, keptMax, wordsMax)
        // What has closed both has nothing more to say, and ends by itself.
        for _ in 0..<50 where !isTooLate {
            if waitpid(pid, &status, WNOHANG) == pid { return }
            usleep(10_000)
        }
        kill(pid, SIGKILL)
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }

    private mutating func read(
        _ out: Int32, _ error: Int32, _ deadline: ContinuousClock.Instant, _ outputMax: Int, _ keptMax: Int,
        _ wordsMax: Int
    ) {
        var sources = [
            pollfd(fd: out, events: Int16(POLLIN), revents: 0), pollfd(fd: error, events: Int16(POLLIN), revents: 0),
        ]
        var said: [UInt8] = []
        var written = 0
        while sources.contains(where: { $0.fd >= 0 }) {
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            if left <= 0 || written > outputMax {
                isTooLate = true
                break
            }
            _ = poll(&sources, nfds_t(sources.count), Int32(min(left + 1, 1_000)))
            for index in sources.indices where sources[index].fd >= 0 && sources[index].revents != 0 {
                guard let bytes = Self.bytes(of: sources[index].fd) else {
                    sources[index].fd = -1
                    continue
                }
                if index == 0 {
                    written += bytes.count
                    Self.append(bytes, to: &output, keeping: keptMax)
                } else {
                    Self.append(bytes, to: &said, keeping: wordsMax)
                }
            }
        }
        Self.cut(&output, keptMax)
        words = String(decoding: said, as: UTF8.self)
    }

    /// What a pipe has; `nil` at its end.
    private static func bytes(of descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count < 0 { return errno == EAGAIN || errno == EINTR ? [] : nil }
        return count == 0 ? nil : Array(buffer[..<count])
    }

    private static func append(_ bytes: [UInt8], to kept: inout [UInt8], keeping most: Int) {
        kept += bytes
        if kept.count > 2 * most { cut(&kept, most) }
    }

    private static func cut(_ kept: inout [UInt8], _ most: Int) {
        if kept.count > most { kept.removeFirst(kept.count - most) }
    }
}
