/// A recorder that we supervise. `{url}` and `{path}` in the command stand for the camera's URL and recordings path.
public struct RecorderConfig: Sendable, Hashable {
    public var camera: String
    public var command: [String]

    public init(camera: String, command: [String]) {
        self.camera = camera
        self.command = command
    }
}
