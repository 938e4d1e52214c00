/// A program that is known to record cameras, however it was started.
package enum RecorderProgram: String, Sendable, Hashable, Codable {
    case ffmpeg
    case gstreamer = "gst-launch"
    case vlc
    case openRTSP

    /// - Parameter name: of the process, as the kernel has it: cut to fifteen characters.
    package init?(_ name: String) {
        if name.hasPrefix("ffmpeg") {
            self = .ffmpeg
        } else if name.hasPrefix("gst-launch") {
            self = .gstreamer
        } else if ["vlc", "cvlc", "nvlc"].contains(name) {
            self = .vlc
        } else if name == "openRTSP" {
            self = .openRTSP
        } else {
            return nil
        }
    }
}
