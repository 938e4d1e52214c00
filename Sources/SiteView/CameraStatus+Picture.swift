package import Model

extension CameraStatus {
    /// `h264 1280×720`, or nothing where the stream was not described; of a camera without one, that.
    package var pictureText: String {
        if let kind, kind == .reachability { return kind.title }
        return [codec, width.flatMap { width in height.map { "\(width)×\($0)" } }].compactMap { $0 }.joined(
            separator: " ")
    }
}
