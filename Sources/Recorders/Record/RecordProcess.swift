internal import Base
internal import CLinux
internal import Foundation
internal import Glibc
internal import Model

/// The small process that owns one camera's ffmpeg: starts it, starts it again, keeps what it says, and tells the server
/// over a socket. It has a session of its own, so that it goes on when the server ends, and the next one finds it.
///
/// One thread, one `poll`.
package final class RecordProcess {
    package struct Options: Sendable {
        package var camera: String
        /// Where the server connects.
        package var socket: String
        package var command: FFmpegCommand
        package var fingerprint = ""
        /// The folder of the recordings, to be told to the server.
        package var folder: String?
        /// Milliseconds without a new frame after which ffmpeg is taken to hang.
        package var stallLimit: Int64 = 20_000

        package init(camera: String, socket: String, command: FFmpegCommand) {
            self.camera = camera
            self.socket = socket
            self.command = command
        }
    }

    /// Milliseconds that ffmpeg has to end after SIGTERM; when its camera stalls it ignores that for long.
    private static let termLimit: Int64 = 3_000
    private static let firstPause: Int64 = 1_000
    private static let longestPause: Int64 = 30_000
    /// Cameras lock out who tries a wrong password again and again.
    private static let pauseAfterRefusal: Int64 = 120_000

    private struct Child {
        let pid: Int32
        /// By the steady clock: when it was started, and when it last wrote a new frame.
        let startedTick: Int64
        var frameTick: Int64
        var progress: ProgressReader = .init()
        var output: Int32
        var errors: Int32
        /// Since when it is expected to end, and whether it was killed outright.
        var endingSince: Int64?
        var wasKilled = false
        var isStalled = false
        var sawFailure: CameraFailure?
        var lastError = ""
    }

    private struct Client {
        var channel: LineChannel
        /// The next line to send; `nil` until it has asked.
        var next: Int64?
    }

    private let options: Options
    /// For what is told; whatever waits goes by the steady clock, which nobody sets.
    private let clock = SystemTimeSource()
    private let run = UUID().uuidString
    private let countFile: String
    private var nextSocketCheck: Int64 = 0
    private var signals: Int32 = -1
    private var child: Child?
    private var clients: [Client] = []
    private var spool = LineSpool()
    private var notes = SegmentNotes()
    private var state = RecorderState()
    private var framesBefore: UInt64 = 0
    private var droppedBefore: UInt64 = 0
    private var hasStarted = false
    private var nextStart: Int64 = 0
    private var pause = RecordProcess.firstPause
    private var isEnding = false
    private var lastTold: Int64 = 0

    package init(_ options: Options) {
        self.options = options
        countFile = options.socket + ".restarts"
        state.folder = options.folder
    }

    /// Records until SIGTERM, SIGINT, SIGHUP, the server's order to end, or the loss of the socket: who cannot be found any
    /// longer must not record beside a successor. The socket file is removed at the end.
    /// - Throws: an error that says why the socket cannot be opened.
    package func runUntilEnd() throws {
        let socket = try OwnSocket(at: options.socket)
        defer { socket.close() }
        signals = wp_signal_descriptor()
        let text = (try? String(contentsOfFile: countFile, encoding: .utf8)) ?? ""
        if let count = UInt64(text) {
            state.restarts = count
            hasStarted = true
        }
        while true {
            let (now, tick) = (clock.now(), SteadyClock.now())
            reap(now)
            watch(tick)
            check(socket, tick)
            if child == nil {
                if isEnding { break }
                if tick >= nextStart { start(now) }
            }
            if tick - lastTold >= 1_000 { tell() }
            wait(socket)
        }
        // ffmpeg's last words and its exit code.
        tell()
        for client in clients { close(client.channel.descriptor) }
    }

    private func check(_ socket: OwnSocket, _ tick: Int64) {
        guard tick >= nextSocketCheck, !isEnding else { return }
        nextSocketCheck = tick + 2_000
        guard socket.isLost else { return }
        spool.add("[error] the socket \(options.socket) is gone or another's; the recorder ends", at: clock.now())
        isEnding = true
    }

    // MARK: ffmpeg

    private func start(_ now: Int64) {
        if hasStarted {
            state.restarts += 1
            _ = PrivateFile.replace(countFile, with: String(state.restarts).utf8)
        } else {
            hasStarted = true
            _ = PrivateFile.replace(countFile, with: "0".utf8)
        }
        do {
            let input = try ChildProcess.pipe()
            let output = try ChildProcess.pipe()
            let errors = try ChildProcess.pipe()
            defer { for end in [input.read, input.write, output.write, errors.write] { close(end) } }
            let pid = try ChildProcess.start(
                options.command.arguments,
                .init(
                    standardInput: options.command.script == nil ? -1 : input.read, standardOutput: output.write,
                    standardError: errors.write, deathSignal: SIGKILL))
            // A script is shorter than what a pipe holds.
            if let script = options.command.script {
                _ = Array(script.utf8).withUnsafeBytes { write(input.write, $0.baseAddress, $0.count) }
            }
            ChildProcess.makeNonBlocking(output.read)
            ChildProcess.makeNonBlocking(errors.read)
            let tick = SteadyClock.now()
            child = Child(pid: pid, startedTick: tick, frameTick: tick, output: output.read, errors: errors.read)
            state.pid = pid
            state.startedAt = now
            notes.begin(now: WallClock.nanoseconds())
        } catch {
            state.failure = nil
            state.detail = "\(error)"
            spool.add("[error] \(error)", at: now)
            putOff()
        }
        tell()
    }

    private func putOff() {
        nextStart = SteadyClock.now() + (state.failure == .unauthorized ? Self.pauseAfterRefusal : pause)
        pause = min(pause * 2, Self.longestPause)
    }

    private func reap(_ now: Int64) {
        guard var child else { return }
        var status: Int32 = 0
        guard waitpid(child.pid, &status, WNOHANG) == child.pid else { return }
        readErrors(&child, now)
        _ = readProgress(&child, now)
        for descriptor in [child.output, child.errors] where descriptor >= 0 { close(descriptor) }
        self.child = nil
        framesBefore = state.frames
        droppedBefore = state.droppedFrames
        let code = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
        defer {
            notes.end(
                frames: state.frames, dropped: state.droppedFrames, problem: isEnding ? nil : state.detail,
                now: WallClock.nanoseconds())
            tell()
        }
        state.pid = nil
        state.startedAt = nil
        state.lastExitCode = code
        if isEnding { return }
        let failure: CameraFailure? =
            child.isStalled ? (child.progress.frames > 0 ? .stalled : .noMedia) : child.sawFailure
        state.failure = failure ?? (code == 0 ? .closed : nil)
        let why =
            child.isStalled
            ? "no frames came, so it was ended" : child.lastError.isEmpty ? "the stream ended" : child.lastError
        state.detail = "ffmpeg ended with code \(code): \(why)"
        spool.add("[error] \(state.detail)", at: now)
        if SteadyClock.now() - child.startedTick > 60_000, child.progress.frames > 0 { pause = Self.firstPause }
        putOff()
    }

    /// Ends ffmpeg when it hangs, or when all is to end.
    private func watch(_ tick: Int64) {
        guard var running = child else { return }
        if running.endingSince == nil, isEnding || tick - running.frameTick > options.stallLimit {
            running.isStalled = !isEnding
            running.endingSince = tick
            kill(running.pid, SIGTERM)
        }
        if let ending = running.endingSince, tick - ending > Self.termLimit, !running.wasKilled {
            kill(running.pid, SIGKILL)
            running.wasKilled = true
        }
        child = running
    }

    private func readProgress(_ child: inout Child, _ now: Int64) -> Bool {
        guard let bytes = Self.readAll(child.output) else { return false }
        if child.progress.take(bytes) {
            state.lastFrame = now
            notes.tookFrames(now: WallClock.nanoseconds())
            child.frameTick = SteadyClock.now()
            // An old reason explains no later end.
            child.sawFailure = nil
            child.lastError = ""
            state.failure = nil
            state.detail = ""
        }
        state.frames = framesBefore + child.progress.frames
        state.droppedFrames = droppedBefore + child.progress.dropped
        return true
    }

    @discardableResult
    private func readErrors(_ child: inout Child, _ now: Int64) -> Bool {
        guard let bytes = Self.readAll(child.errors) else { return false }
        let before = spool.lines.last?.number ?? 0
        spool.take(bytes, at: now)
        for line in spool.lines(from: before + 1) {
            notes.take(line.text, frames: state.frames, dropped: state.droppedFrames, now: WallClock.nanoseconds())
            if let failure = FFmpegFailure.reason(in: line.text) {
                child.sawFailure = failure
                child.lastError = line.text
            } else if line.level == "ERROR" || line.level == "FATAL", child.sawFailure == nil {
                child.lastError = line.text
            }
        }
        return true
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8]? {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while all.count < 1 << 20 {
            let count = read(descriptor, &chunk, chunk.count)
            if count <= 0 { break }
            all.append(contentsOf: chunk[..<count])
        }
        return all.isEmpty ? nil : all
    }

    // MARK: The server

    private func tell() {
        lastTold = SteadyClock.now()
        send { _ in RecordMessage(state: state).bytes }
        sendLines()
        sendSpans()
    }

    /// To the first who listens: two would store each span twice.
    private func sendSpans() {
        guard !notes.waiting.isEmpty, let index = clients.firstIndex(where: { $0.next != nil }) else { return }
        if !clients[index].channel.send(RecordMessage(spans: notes.takeAll()).bytes) {
            _ = obey(index)
            close(clients.remove(at: index).channel.descriptor)
        }
    }

    private func sendLines() {
        let newest = spool.lines.last?.number ?? 0
        send { client in
            guard let next = client.next, next <= newest else { return nil }
            client.next = newest + 1
            return RecordMessage(lines: Array(spool.lines(from: next))).bytes
        }
    }

    private func send(_ message: (inout Client) -> [UInt8]?) {
        for index in clients.indices.reversed() {
            guard let bytes = message(&clients[index]), !clients[index].channel.send(bytes) else { continue }
            // Who has said its word and gone is still obeyed.
            _ = obey(index)
            close(clients.remove(at: index).channel.descriptor)
        }
    }

    private func accept(_ socket: OwnSocket) {
        while true {
            let descriptor = wp_accept(socket.descriptor)
            guard descriptor >= 0 else { return }
            var channel = LineChannel(descriptor)
            let hello = RecordMessage(
                hello: .init(camera: options.camera, run: run, fingerprint: options.fingerprint), state: state)
            // Who has said its word and gone is still obeyed.
            _ = channel.send(hello.bytes)
            clients.append(Client(channel: channel))
        }
    }

    private func obey(_ index: Int) -> Bool {
        guard let lines = clients[index].channel.readLines() else { return false }
        for line in lines {
            switch RecordOrder(String(decoding: line, as: UTF8.self)) {
            case .lines(let from): clients[index].next = from
            case .retry:
                if child == nil { nextStart = 0 }
            case .end: isEnding = true
            case nil: break
            }
        }
        return true
    }

    private func wait(_ socket: OwnSocket) {
        var descriptors = [
            pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child?.output ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child?.errors ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        for client in clients {
            let events = client.channel.isWriting ? POLLIN | POLLOUT : POLLIN
            descriptors.append(pollfd(fd: client.channel.descriptor, events: Int16(events), revents: 0))
        }
        guard poll(&descriptors, UInt(descriptors.count), 250) > 0 else { return }
        let now = clock.now()
        if descriptors[1].revents != 0, Self.readAll(signals) != nil { isEnding = true }
        if var running = child {
            if descriptors[2].revents != 0, !readProgress(&running, now) { hush(&running.output, descriptors[2]) }
            if descriptors[3].revents != 0, !readErrors(&running, now) { hush(&running.errors, descriptors[3]) }
            child = running
        }
        sendLines()
        var gone: [Int] = []
        for index in clients.indices where descriptors[4 + index].revents != 0 {
            if !obey(index) || !clients[index].channel.flush() { gone.append(index) }
        }
        for index in gone.reversed() { close(clients.remove(at: index).channel.descriptor) }
        if descriptors[0].revents != 0 { accept(socket) }
    }

    /// A pipe whose other end is closed would wake the poll again and again.
    private func hush(_ descriptor: inout Int32, _ polled: pollfd) {
        guard polled.revents & Int16(POLLIN) == 0 else { return }
        close(descriptor)
        descriptor = -1
    }
}
