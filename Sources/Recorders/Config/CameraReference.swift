package import ConfigText

/// A camera that another section of `watchpost.yml` names.
package enum CameraReference {
    /// Tells where there is no such camera.
    package static func check(_ camera: Located<String>?, among cameras: Set<String>, in reader: MappingReader) {
        guard let camera, !cameras.contains(camera.value) else { return }
        reader.problems.error(
            at: camera.position, "there is no camera \"\(camera.value)\"",
            mend: NearestName.of(camera.value, among: cameras).map { "did you mean \"\($0)\"?" } ?? "add it to cameras")
    }
}
