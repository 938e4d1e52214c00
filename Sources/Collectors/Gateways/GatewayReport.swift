/// What a gateway says of its streams at one moment, whatever its kind.
struct GatewayReport: Sendable, Equatable {
    struct Stream: Sendable, Equatable {
        /// The gateway's own name of the stream.
        var name: String
        /// Whether media comes in.
        var isReady: Bool
        /// People or programs that take it now.
        var viewers: Int?
        var fps: Double?
        var expectedFPS: Double?
        /// Bits a second that come in, where the gateway counts them itself.
        var bitrate: Double?
        /// Bytes that came in, and that went to viewers; they begin anew with the gateway or a connection.
        var bytesReceived: Double?
        var bytesSent: Double?

        init(_ name: String, isReady: Bool) {
            self.name = name
            self.isReady = isReady
        }
    }

    var streams: [Stream] = []
    /// Attempts to connect by WebRTC and those that failed, where the gateway counts them.
    var webRTCAttempts: Double?
    var webRTCFailures: Double?
    /// Requests for HLS playlists, where the gateway counts them.
    var playlistRequests: Double?
}

/// A reply of a gateway that is not what its documentation says.
struct GatewayReplyError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
