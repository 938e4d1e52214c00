internal import Foundation
internal import RTSP
internal import Synchronization

/// A small RTSP 1.0 server that plays a clip as any number of cameras, in real time, over TCP (interleaved) and UDP.
/// One thread serves all of them. Faults may be set while it runs.
package final class CameraSimulator: Sendable {
    private let engine: Mutex<SimulatorEngine>
    private let queue: EventQueue

    package init(cameras: [SimulatedCamera], clip: Clip) {
        let queue = EventQueue()
        self.queue = queue
        engine = Mutex(SimulatorEngine(cameras: cameras, clip: clip, queue: queue))
    }

    /// Begins to serve on 127.0.0.1. Port 0 stands for any.
    /// - Returns: the port.
    /// - Throws: ``CameraSimulatorError/cannotListen(port:problem:)``.
    package func start(port: Int = 0) throws -> Int {
        let (bound, run) = try engine.withLock { engine in
            let port = try engine.listen(port: port)
            return (port, engine.run)
        }
        let thread = Thread { [self] in serve(run) }
        thread.name = "camera-simulator"
        thread.start()
        return bound
    }

    /// Sets what is wrong with a camera; those that watch it feel it at once.
    /// - Throws: ``CameraSimulatorError/unknownCamera(_:)``.
    package func setFault(_ fault: CameraFault, for camera: String) throws {
        try engine.withLock { engine in
            guard engine.setFault(fault, for: camera) else { throw CameraSimulatorError.unknownCamera(camera) }
        }
        queue.wake()
    }

    /// `nil` for a camera that the simulator does not have.
    package func fault(of camera: String) -> CameraFault? { engine.withLock { $0.fault(of: camera) } }

    /// Closes every connection and the port.
    package func stop() {
        engine.withLock { $0.stop() }
        queue.wake()
    }

    /// Serves until the engine is stopped, or started anew.
    private func serve(_ run: Int) {
        var events: [EventQueue.Event] = []
        var pause: Int32 = 0
        while true {
            queue.wait(milliseconds: pause, into: &events)
            let next: Int32? = engine.withLock { engine in
                guard engine.run == run, engine.isListening else { return nil }
                for event in events { engine.handle(event) }
                return engine.play()
            }
            guard let next else { return }
            pause = next
        }
    }
}
