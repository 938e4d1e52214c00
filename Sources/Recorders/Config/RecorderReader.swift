package import ConfigText

/// Reads entries of `recorders` of `watchpost.yml`.
package struct RecorderReader {
    /// The ids of all cameras.
    private let cameras: Set<String>
    /// Those of cameras that have no address.
    private let withoutURL: Set<String>
    /// Those of cameras that have a place for their recordings.
    private let withPath: Set<String>

    /// Those of cameras whose recordings are given by a pattern.
    private let withPattern: Set<String>

    /// - Parameters: ids of all cameras, of those without an address, and of those that `recordings` has a path or a
    ///   pattern for.
    package init(cameras: Set<String>, withoutURL: Set<String>, withPath: Set<String>, withPattern: Set<String>) {
        self.withPattern = withPattern
        self.cameras = cameras
        self.withoutURL = withoutURL
        self.withPath = withPath
    }

    package func read(_ reader: MappingReader) -> RecorderConfig? {
        let camera = reader.required("camera", mend: "write camera, the id of one")
        let command = reader.texts("command").map(\.value)
        if command.isEmpty { reader.error("the recorder has no command", mend: "write command, a list: [ffmpeg, …]") }
        CameraReference.check(camera, among: cameras, in: reader)
        guard let camera else { return nil }
        if command.contains(where: { $0.contains("{path}") }), !withPath.contains(camera.value) {
            reader.error(
                "the command has {path}, and recordings has none for \"\(camera.value)\"", mend: "add it to recordings")
        }
        if command.contains(where: { $0.contains("{path}") }), withPattern.contains(camera.value) {
            reader.error(
                "the command has {path}, and recordings has a pattern for \"\(camera.value)\"",
                mend: "write the folder alone as its path")
        }
        if command.contains(where: { $0.contains("{url}") }), withoutURL.contains(camera.value) {
            reader.error("the command has {url}, and the camera has none", mend: "write the camera's url or url_file")
        }
        return RecorderConfig(camera: camera.value, command: command)
    }
}
