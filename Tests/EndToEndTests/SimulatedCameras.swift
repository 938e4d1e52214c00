import CameraSimulator
import Foundation

/// Cameras of our own simulator, in the tests' process, for faults that no other server has.
struct SimulatedCameras {
    private static let clip = Result {
        try ClipMaker.clip(cachedAt: FileManager.default.temporaryDirectory.path() + "/watchpost-test-clip-v1.h264")
    }

    private let simulator: CameraSimulator
    private let port: Int

    init(_ ids: [String], sessionsMax: Int = .max) throws {
        let cameras = ids.map { SimulatedCamera(id: $0, sessionsMax: sessionsMax) }
        simulator = CameraSimulator(cameras: cameras, clip: try Self.clip.get())
        port = try simulator.start()
    }

    func url(of camera: String) -> String { "rtsp://127.0.0.1:\(port)/\(camera)" }

    func setFault(_ fault: CameraFault, for camera: String) throws { try simulator.setFault(fault, for: camera) }

    func stop() { simulator.stop() }
}
