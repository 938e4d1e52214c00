/// A camera's stream that a program records, as its command line says.
struct RecordedStream: Equatable {
    /// Where the stream comes from, with credentials.
    var url: String
    var usesUDP = true
    /// The name of its files as it was written, relative to the program's folder; `nil` where it writes none.
    var file: String?
    /// What its segments are called, where that is another name.
    var segments: String?
    /// Whether the escapes in that name are a time's; else they are numbers.
    var isNamedByTime = false
    /// The segments' planned length.
    var segmentSeconds: Double?
    /// After how many seconds the program ends by itself.
    var limitSeconds: Double?
    /// Whether its connections bring other streams, too.
    var sharesProcess = false
    /// Whether its file holds other cameras' pictures, too, so that the file's name is none of the camera.
    var sharesFile = false
}

/// The streams that a program reads, and what becomes of them.
struct RecordedStreams: Equatable {
    var recorded: [RecordedStream] = []
    /// Addresses of streams that are read and go nowhere, with credentials.
    var unused: [String] = []

    static func isRTSP(_ text: String) -> Bool { has(["rtsp://", "rtsps://"], text) }

    /// Whether it is the address of a camera's stream, whoever reads it.
    static func isStream(_ text: String) -> Bool { isRTSP(text) || has(["rtmp://", "rtmps://"], text) }

    static func isHTTP(_ text: String) -> Bool { has(["http://", "https://"], text) }

    private static func has(_ schemes: [String], _ text: String) -> Bool {
        let start = text.prefix(8).lowercased()
        return schemes.contains { start.hasPrefix($0) }
    }
}
