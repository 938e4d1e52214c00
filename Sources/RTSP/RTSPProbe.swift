internal import Base
internal import Foundation
internal import Glibc
internal import Synchronization

/// Watches cameras over RTSP 1.0 (RFC 2326), in the clear or over TLS, with RTP in the same connection or over UDP.
/// Nothing is decoded: all is told from packet headers. One thread serves all cameras.
package final class RTSPProbe: Sendable {
    private let engine: Mutex<ProbeEngine>
    private let queue: EventQueue

    /// - Parameter attempts: is told of every attempt to get a stream, but of those that only fail again. It is called on the
    ///   probe's thread, and must not wait.
    package init(timing: ProbeTiming = ProbeTiming(), attempts: (@Sendable (ConnectAttempt) -> Void)? = nil) {
        let queue = EventQueue()
        self.queue = queue
        engine = Mutex(
            ProbeEngine(queue: queue, timing: timing, lookup: NameLookup { queue.wake() }, attempts: attempts))
    }

    /// Sets the cameras to watch. New ones are connected to at once, those that are gone are closed with TEARDOWN,
    /// and those whose address or mode has changed begin anew at once; their counters go on.
    package func update(targets: [ProbeTarget]) {
        engine.withLock { $0.update(targets, now: steadyNow()) }
        queue.wake()
    }

    /// Ends the pause that refusals of a camera's login brought, for all cameras that share it.
    /// - Returns: whether the camera is probed with a login.
    package func retryLogin(of id: String) -> Bool {
        defer { queue.wake() }
        return engine.withLock { $0.retryLogin(of: id, now: steadyNow()) }
    }

    /// Has a camera that is not connected be tried at once, and waits for what comes of it. One whose login was refused is
    /// left alone for as long as that pauses; what is known of it says until when.
    /// - Returns: what is known of it then; `nil` for one that is not probed.
    package func tryNow(_ id: String, patience: Duration = .seconds(8)) async -> ProbeReading? {
        guard engine.withLock({ $0.tryNow(id, now: steadyNow()) }) else { return nil }
        queue.wake()
        let start = ContinuousClock.now
        var hasBegun = false
        while start.duration(to: .now) < patience, !Task.isCancelled {
            let reading = readings()[id]
            if reading?.connected == true { return reading }
            let isWaiting = engine.withLock { $0.isWaiting(id) }
            guard let isWaiting else { return nil }
            // One that is refused at once may have begun and ended between two looks.
            if isWaiting, hasBegun || start.duration(to: .now) > .seconds(1) { return reading }
            hasBegun = hasBegun || !isWaiting
            try? await Task.sleep(for: .milliseconds(50))
        }
        return readings()[id]
    }

    /// What is known of each camera now, by its id. Cheap enough to be asked every second.
    package func readings() -> [String: ProbeReading] {
        engine.withLock { $0.readings(now: steadyNow()) }
    }

    /// Watches until the task is cancelled, then says TEARDOWN to all cameras.
    package func run() async {
        OpenFileLimit.raise()
        engine.withLock { $0.start(now: steadyNow()) }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let thread = Thread { [self] in
                    turn()
                    continuation.resume()
                }
                thread.name = "rtsp-probe"
                thread.start()
            }
        } onCancel: {
            engine.withLock { $0.stop(now: steadyNow()) }
            queue.wake()
        }
    }

    private func turn() {
        var events: [EventQueue.Event] = []
        var isIdle = false
        while true {
            // Whatever changes the cameras wakes the queue.
            queue.wait(milliseconds: isIdle ? 60_000 : 50, into: &events)
            let isDone = engine.withLock { engine in
                let now = steadyNow()
                for event in events { engine.handle(event, now: now) }
                engine.tick(now: now)
                isIdle = engine.isIdle
                return engine.isDone
            }
            if isDone { return }
            // A short rest lets packets gather, so that one turn serves many of them.
            usleep(2_000)
        }
    }
}
