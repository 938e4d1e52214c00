package import Base
internal import Foundation
internal import Glibc
internal import Synchronization

/// Keeps a record process for every configured recorder: finds those of a former server by their sockets, starts what is
/// missing, ends what is no longer wanted, and takes what they tell. One thread for all of them.
package final class RecorderSupervisor: Sendable {
    /// Where a recorder's lines are stored.
    /// - Throws: whatever keeps them from being stored; the same lines are then offered again.
    package typealias LineStore = @Sendable (_ camera: String, _ run: String, _ lines: [RecorderLine]) throws -> Void

    /// Takes what recorders tell of their work. It must not wait.
    package typealias SpanStore = @Sendable (_ camera: String, _ spans: [RecorderSpan]) -> Void

    private struct Shared {
        var tasks: [String: RecorderTask] = [:]
        var states: [String: RecorderState] = [:]
        var problems: [String: String] = [:]
        var retries: Set<String> = []
        /// Cameras whose recorders were started by hand.
        var byHand: Set<String> = []
        var isStopping = false
        var hasEnded = false
    }

    private let shared = Mutex(Shared())
    private let directory: String
    private let program: String
    private let endsWithUs: Bool
    private let resume: [String: Int64]
    private let store: LineStore
    private let spans: SpanStore?
    /// A pipe that wakes the thread.
    private let waker: (read: Int32, write: Int32)
    /// Woken when a recorder says who it is.
    private let listener = Mutex<Pause?>(nil)

    /// How often recorders that nobody here asked for are looked for, in milliseconds.
    private static let lookInterval: Int64 = 5_000
    /// How long the thread waits while it has recorders, in milliseconds.
    private static let step: Int64 = 200

    /// - Parameters:
    ///   - directory: where the sockets are; made if it is absent.
    ///   - program: the `watchpost` binary.
    ///   - endsWithUs: whether recorders end with this process, however it ends.
    ///   - resume: by run, the number of the last line that is stored.
    package init(
        directory: String, program: String, endsWithUs: Bool, resume: [String: Int64], spans: SpanStore? = nil,
        store: @escaping LineStore
    ) {
        self.directory = directory
        self.program = program
        self.endsWithUs = endsWithUs
        self.resume = resume
        self.store = store
        self.spans = spans
        // Without one, what is new is seen at the next look.
        waker = (try? ChildProcess.pipe()) ?? (-1, -1)
        for end in [waker.read, waker.write] where end >= 0 { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    deinit { for end in [waker.read, waker.write] where end >= 0 { close(end) } }

    /// Has `pause` woken when a recorder says who it is.
    package func wakes(_ pause: Pause) { listener.withLock { $0 = pause } }

    private func wake() { _ = [UInt8(0)].withUnsafeBytes { write(waker.write, $0.baseAddress, $0.count) } }

    /// Takes the recorders that are wanted from now on.
    package func update(_ tasks: [RecorderTask]) {
        var byCamera = Dictionary(tasks.map { ($0.camera, $0) }) { $1 }
        shared.withLock { shared in
            // A URL that cannot be read at this moment is still the camera's.
            for (camera, task) in byCamera where task.url == nil { byCamera[camera]?.url = shared.tasks[camera]?.url }
            shared.tasks = byCamera
            let byHand = shared.byHand
            shared.states = shared.states.filter { byCamera[$0.key] != nil || byHand.contains($0.key) }
            shared.problems = shared.problems.filter { byCamera[$0.key] != nil }
        }
        wake()
    }

    /// By camera, how each recorder does.
    package func states() -> [String: RecorderState] { shared.withLock { $0.states } }

    /// By camera, why a recorder cannot even be supervised.
    package func problems() -> [String: String] { shared.withLock { $0.problems } }

    /// Starts a camera's ffmpeg now, if it waits: the camera is known to answer again.
    package func retry(_ camera: String) { shared.withLock { _ = $0.retries.insert(camera) } }

    /// Supervises until the task is cancelled. Then record processes go on by themselves, unless they end with us:
    /// it returns once they have.
    package func run() async {
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        // A thread of its own that lives as long as the supervisor: the kernel ties a process' death signal to the
        // thread that started it.
        let thread = Thread { [self] in
            loop()
            end.finish()
        }
        thread.name = "recorders"
        thread.start()
        await withTaskCancellationHandler {
            for await _ in ended {}
            // A cancelled task leaves the loop above at once.
            while !shared.withLock({ $0.hasEnded }) {
                try? await Task.detached { try await Task.sleep(for: .milliseconds(20)) }.value
            }
        } onCancel: {
            shared.withLock { $0.isStopping = true }
            wake()
        }
    }

    // MARK: The thread

    private struct Link {
        var task: RecorderTask
        /// Of a recorder that nobody here asked for: where it was found.
        var foundAt: String?
        /// Whether it was started by hand: then it is watched, and never ended.
        var isByHand = false
        /// As its process says it; `nil` until it has.
        var fingerprint: String?
        var channel: LineChannel?
        var run = ""
        var isEnding = false
        var endingSince: Int64 = 0
        var pid: Int32?
        var nextTry: Int64 = 0
        /// By run, the last stored line.
        var stored: Int64 = 0
        var wantsLinesAt: Int64?
    }

    private func loop() {
        mkdir(directory, 0o700)
        var links: [String: Link] = [:]
        var nextLook: Int64 = .min
        var stopping: Int64?
        while true {
            let now = SteadyClock.now()
            let (tasks, retries, isStopping) = shared.withLock { shared in
                defer { shared.retries = [] }
                return (shared.tasks, shared.retries, shared.isStopping)
            }
            if isStopping {
                if !endsWithUs { break }
                if stopping == nil {
                    stopping = now
                    for camera in links.keys where links[camera]?.isByHand == false { end(&links[camera], now) }
                }
                if links.values.allSatisfy({ $0.isByHand || $0.pid == nil && $0.channel == nil })
                    || now - (stopping ?? now) > 8_000
                {
                    break
                }
            } else {
                for task in tasks.values where links[task.camera] == nil { links[task.camera] = Link(task: task) }
                if now >= nextLook {
                    nextLook = now + Self.lookInterval
                    findOthers(&links)
                }
            }
            for camera in links.keys {
                guard var link = links[camera] else { continue }
                if link.foundAt != nil || link.isByHand && tasks[camera] == nil {
                    if retries.contains(link.task.camera) { _ = link.channel?.send(RecordOrder.retry.text.utf8) }
                    retryLines(&link, now)
                    links[camera] = link.channel == nil ? nil : link
                    continue
                }
                follow(tasks[camera], &link, now)
                if retries.contains(camera) { _ = link.channel?.send(RecordOrder.retry.text.utf8) }
                advance(&link, now, mayStart: !isStopping && tasks[camera] == link.task && link.task.url != nil)
                let isOver = link.isEnding && link.channel == nil && link.pid == nil
                links[camera] = isOver ? tasks[camera].flatMap { isStopping ? nil : Link(task: $0) } : link
            }
            // Without recorders there is nothing to do before the next look, unless the thread is woken.
            wait(&links, milliseconds: links.isEmpty && !isStopping ? max(1, nextLook - SteadyClock.now()) : Self.step)
        }
        for link in links.values {
            if let pid = link.pid, endsWithUs { kill(pid, SIGKILL) }
            if let channel = link.channel { close(channel.descriptor) }
        }
        shared.withLock { $0.hasEnded = true }
    }

    /// Ends a record process that does something else than is wanted now, unless somebody started it by hand.
    private func follow(_ wanted: RecorderTask?, _ link: inout Link, _ now: Int64) {
        guard wanted != link.task, !link.isEnding else { return }
        if let wanted, link.channel != nil {
            let isRight = wanted.fingerprint == nil || wanted.fingerprint == link.fingerprint
            if link.isByHand || isRight {
                link.task = wanted
                return
            }
        }
        if link.channel == nil { link.task = wanted ?? link.task }
        end(&link, now)
    }

    /// Connects to record processes that no link stands for: those of a former server whose cameras the configuration
    /// no longer has, and those that people started. Their first words tell which.
    private func findOthers(_ links: inout [String: Link]) {
        let known = Set(links.values.map { $0.foundAt ?? socketPath($0.task.camera) })
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        for name in names where name.hasSuffix(".sock") {
            let path = "\(directory)/\(name)"
            guard !known.contains(path), let descriptor = try? UnixSocket.connect(to: path) else { continue }
            var link = Link(task: RecorderTask(camera: "", url: nil, path: "", command: []))
            link.foundAt = path
            link.channel = LineChannel(descriptor)
            links[path] = link
        }
    }

    private func end(_ link: inout Link?, _ now: Int64) {
        guard var present = link else { return }
        end(&present, now)
        link = present
    }

    private func end(_ link: inout Link, _ now: Int64) {
        link.isEnding = true
        link.endingSince = now
        _ = link.channel?.send(RecordOrder.end.text.utf8)
        if link.channel == nil, let pid = link.pid { kill(pid, SIGTERM) }
    }

    /// Connects, starts, or waits for the end of a record process.
    private func advance(_ link: inout Link, _ now: Int64, mayStart: Bool) {
        if let pid = link.pid {
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid {
                link.pid = nil
                link.nextTry = now + 1_000
            } else if link.isEnding, now - link.endingSince > 6_000 {
                kill(pid, SIGKILL)
            }
        }
        if link.isEnding || link.channel != nil || now < link.nextTry {
            retryLines(&link, now)
            return
        }
        let socket = socketPath(link.task.camera)
        do {
            if let descriptor = try UnixSocket.connect(to: socket) {
                link.channel = LineChannel(descriptor)
                shared.withLock { $0.problems[link.task.camera] = nil }
            } else if link.pid == nil, mayStart {
                link.pid = try start(link.task, socket)
                link.nextTry = now + 100
            } else {
                link.nextTry = now + 100
            }
        } catch {
            shared.withLock { $0.problems[link.task.camera] = "\(error)" }
            link.nextTry = now + 5_000
        }
    }

    private func retryLines(_ link: inout Link, _ now: Int64) {
        guard let time = link.wantsLinesAt, now >= time else { return }
        link.wantsLinesAt = nil
        _ = link.channel?.send(RecordOrder.lines(from: link.stored + 1).text.utf8)
    }

    private func socketPath(_ camera: String) -> String {
        RecorderSocket.path(camera: camera, directory: directory)
    }

    private func start(_ task: RecorderTask, _ socket: String) throws -> Int32 {
        let input = try ChildProcess.pipe()
        defer {
            close(input.read)
            close(input.write)
        }
        mkdir(task.path, 0o755)
        let command = [
            program, "record", "--camera", task.camera, "--socket", socket, "--path", task.path, "--url-on-stdin", "--",
        ]
        let pid = try ChildProcess.start(
            command + task.command,
            .init(
                standardInput: input.read, standardOutput: -1, standardError: 2, ownSession: true,
                deathSignal: endsWithUs ? SIGTERM : 0))
        _ = Array("\(task.url ?? "")\n\(task.fingerprint ?? "")\n".utf8).withUnsafeBytes {
            write(input.write, $0.baseAddress, $0.count)
        }
        return pid
    }

    private func wait(_ links: inout [String: Link], milliseconds: Int64) {
        let cameras = links.keys.filter { links[$0]?.channel != nil }
        var descriptors = cameras.map {
            pollfd(fd: links[$0]?.channel?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)
        }
        descriptors.append(pollfd(fd: waker.read, events: Int16(POLLIN), revents: 0))
        guard poll(&descriptors, UInt(descriptors.count), Int32(clamping: milliseconds)) > 0 else { return }
        if descriptors.removeLast().revents != 0 {
            var woken = [UInt8](repeating: 0, count: 64)
            while read(waker.read, &woken, woken.count) > 0 {}
        }
        for (camera, polled) in zip(cameras, descriptors) where polled.revents != 0 {
            guard var link = links[camera] else { continue }
            if let lines = link.channel?.readLines() {
                for line in lines { take(line, &link) }
            } else {
                link.channel.map { _ = close($0.descriptor) }
                link.channel = nil
                link.wantsLinesAt = nil
                shared.withLock { [link] shared in
                    shared.states[link.task.camera]?.pid = nil
                    shared.states[link.task.camera]?.startedAt = nil
                    shared.byHand.remove(link.task.camera)
                }
            }
            links[camera] = link
        }
    }

    private func take(_ line: ArraySlice<UInt8>, _ link: inout Link) {
        guard let message = try? JSONDecoder().decode(RecordMessage.self, from: Data(line)) else { return }
        if let hello = message.hello {
            listener.withLock { $0 }?.wake()
            if link.run != hello.run { link.stored = resume[hello.run] ?? 0 }
            link.run = hello.run
            link.isByHand = hello.fingerprint.isEmpty
            link.fingerprint = hello.fingerprint
            if link.isByHand {
                if link.foundAt != nil { link.task.camera = hello.camera }
                shared.withLock { [link] in _ = $0.byHand.insert(link.task.camera) }
            } else if link.foundAt != nil || (link.task.fingerprint.map { $0 != hello.fingerprint } ?? false) {
                end(&link, SteadyClock.now())
                return
            }
            _ = link.channel?.send(RecordOrder.lines(from: link.stored + 1).text.utf8)
        }
        let camera = link.task.camera
        if let state = message.state {
            shared.withLock { [link] shared in
                if shared.tasks[camera] != nil {
                    // Beside the recorder that the configuration wants, one that somebody started elsewhere says nothing.
                    if link.foundAt == nil { shared.states[camera] = state }
                } else if shared.byHand.contains(camera) {
                    shared.states[camera] = state
                }
            }
        }
        if let told = message.spans, !told.isEmpty { spans?(camera, told) }
        // Lines that could not be stored come again with all that followed them.
        if link.wantsLinesAt != nil { return }
        if let lines = message.lines?.filter({ $0.number > link.stored }), let last = lines.last {
            do {
                try store(camera, link.run, lines)
                link.stored = last.number
            } catch {
                link.wantsLinesAt = SteadyClock.now() + 2_000
            }
        }
    }
}
