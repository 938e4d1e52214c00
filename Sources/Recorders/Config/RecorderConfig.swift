/// A recorder that we supervise. `{url}` and `{path}` in the command stand for the camera's URL and recordings path.
package struct RecorderConfig: Sendable, Hashable {
    package var camera: String
    package var command: [String]

    package init(camera: String, command: [String]) {
        self.camera = camera
        self.command = command
    }
}
