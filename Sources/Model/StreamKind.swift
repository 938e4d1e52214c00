/// How a camera gives its pictures.
public enum StreamKind: String, Sendable, Codable, CaseIterable {
    /// RTSP 1.0 (RFC 2326), in the clear or over TLS.
    case rtsp
    /// JPEG pictures one after the other in one answer of HTTP (`multipart/x-mixed-replace`).
    case mjpeg
    /// One JPEG picture an answer of HTTP, fetched again and again.
    case snapshot
    /// FLV in an endless answer of HTTP.
    case httpFLV = "http-flv"
    /// RTMP, of which the stream is pulled.
    case rtmp
    /// No stream: all that is known is whether it can be reached.
    case reachability

    /// Whether frames can be counted by the second.
    public var hasFrameRate: Bool { self != .snapshot && self != .reachability }

    /// Its name for people.
    public var title: String {
        switch self {
        case .rtsp: "RTSP"
        case .mjpeg: "MJPEG over HTTP"
        case .snapshot: "single pictures over HTTP"
        case .httpFLV: "HTTP-FLV"
        case .rtmp: "RTMP"
        case .reachability: "reachability only"
        }
    }
}
