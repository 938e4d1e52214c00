package import ConfigText
internal import Recorders

/// Reads an entry of `recordings` of `watchpost.yml`.
package enum RecordingReader {
    /// - Parameter cameras: the ids of all cameras.
    package static func read(_ reader: MappingReader, cameras: Set<String>) -> RecordingConfig? {
        let camera = reader.required("camera", mend: "write camera, the id of one")
        let path = reader.required("path", mend: "write path, the folder of its segments, or a pattern of their names")
        let segment = reader.duration("segment", above: .zero)
        CameraReference.check(camera, among: cameras, in: reader)
        guard let camera, let path else { return nil }
        do {
            let (folder, pattern) = try RecordingPattern.split(path.value)
            return RecordingConfig(
                camera: camera.value, path: reader.resolved(folder.isEmpty ? "." : folder), pattern: pattern,
                segment: segment, position: path.position)
        } catch {
            reader.problems.error(at: path.position, "the path is no pattern: \(error.cause)", mend: error.mend)
            return nil
        }
    }
}
