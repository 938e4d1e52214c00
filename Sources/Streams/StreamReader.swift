package import Model

/// Reads what a server sends over one connection as a stream of one kind. It is a state machine without a connection of its
/// own: bytes go in, ``StreamEvent``s come out. All input is taken to be hostile, and nothing is decoded: frames are counted
/// from what is written around them, and their bytes are passed over.
package protocol StreamReader: StreamBody {
    /// What is said first over a new connection; also tells a reader that it is a new one.
    mutating func begin() -> [UInt8]
}

/// The part of a ``StreamReader`` that only listens.
package protocol StreamBody {
    /// Reads what came. Bytes that are no whole unit yet are left, and come again with more behind them: never more than
    /// ``StreamLimits/rest``.
    /// - Returns: how many bytes were read.
    mutating func read(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) -> Int

    /// The server has ended the answer or the connection.
    mutating func end(into events: inout [StreamEvent])
}

extension StreamBody {
    package mutating func end(into events: inout [StreamEvent]) {}
}

/// What a reader tells of its stream, in the order in which it came.
package enum StreamEvent: Equatable, Sendable {
    /// To be sent to the server.
    case say([UInt8])
    /// The server has let us in.
    case accepted
    /// The server agreed to send a stream of that kind.
    case plays(StreamKind)
    case describes(StreamFormat)
    case frame(StreamFrame)
    /// The only picture of this answer came whole.
    case complete
    /// The stream is at another address.
    case leads(to: String)
    /// The server wants a login: its `WWW-Authenticate` headers.
    case challenged([String])
    /// It is over: why, and a sentence's end for people, which begins with a verb.
    case failed(CameraFailure, String)
}

/// A frame of video.
package struct StreamFrame: Equatable, Sendable {
    /// As it came, with what is written around it where that cannot be told apart.
    package var bytes: Int
    /// Milliseconds on the stream's own clock; `nil` where it has none.
    package var time: Int64?
    /// `nil` where the kind of stream does not tell.
    package var isKeyframe: Bool?
    /// Whether its end came.
    package var isWhole = true

    package init(bytes: Int, time: Int64? = nil, isKeyframe: Bool? = nil, isWhole: Bool = true) {
        self.bytes = bytes
        self.time = time
        self.isKeyframe = isKeyframe
        self.isWhole = isWhole
    }
}

/// What a stream says of its video; `nil` for what it does not say.
package struct StreamFormat: Equatable, Sendable {
    /// `h264`, `h265`, `jpeg`, `av1` and so on.
    package var codec: String?
    package var width: Int?
    package var height: Int?
    package var framesPerSecond: Double?
    /// A sequence parameter set of H.264 or H.265.
    package var parameters: [UInt8]?

    package init(
        codec: String? = nil, width: Int? = nil, height: Int? = nil, framesPerSecond: Double? = nil,
        parameters: [UInt8]? = nil
    ) {
        self.codec = codec
        self.width = width
        self.height = height
        self.framesPerSecond = framesPerSecond
        self.parameters = parameters
    }
}

/// What a server may make us keep.
package enum StreamLimits {
    /// Bytes that a reader may leave for later.
    package static let rest = 64 * 1024
    /// Bytes of one picture, of which none is kept.
    package static let picture = 64 << 20
    /// Bytes that are kept of a message with a command or a description.
    package static let message = 16 * 1024
    /// Bytes that are kept of a frame: enough for a sequence parameter set.
    package static let frameHead = 2_048
}
