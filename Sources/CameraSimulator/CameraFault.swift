/// What may go wrong with a simulated camera.
package enum CameraFault: String, CaseIterable, Codable, Sendable {
    case none
    /// The connection stays open, and no media comes.
    case stall
    /// The same picture again and again, in tiny frames.
    case freeze
    /// A black picture: key frames and those between are tiny.
    case black
    /// No key frame comes any more.
    case keyless
    /// The clock of the reports is 2.5 s ahead.
    case skew
    /// Ten frames a second.
    case slow
    /// One packet in twenty is lost; the sequence numbers show it.
    case loss
    /// Connections are closed, and new ones at their first request.
    case disconnect
    /// The password is refused, whatever it is.
    case password
    /// Answers in bytes that are not RTSP.
    case garbage
    /// Takes connections and says nothing.
    case mute
}

/// A camera of the simulator; its stream is at `rtsp://127.0.0.1:port/id`.
package struct SimulatedCamera: Sendable, Hashable {
    package var id: String
    /// With a user, the camera asks for Digest authentication.
    package var user: String?
    package var password: String?
    /// How many viewers it has at a time; others are refused with 453.
    package var sessionsMax: Int

    package init(id: String, user: String? = nil, password: String? = nil, sessionsMax: Int = .max) {
        self.sessionsMax = sessionsMax
        self.id = id
        self.user = user
        self.password = password
    }
}

/// Why the simulator cannot do what it was asked to.
package enum CameraSimulatorError: Error, Sendable, CustomStringConvertible {
    case unknownCamera(String)
    case cannotListen(port: Int, problem: String)
    case clip(String)

    package var description: String {
        switch self {
        case .unknownCamera(let id): "The simulator has no camera \"\(id)\"."
        case .cannotListen(let port, let problem):
            "The camera simulator cannot listen on 127.0.0.1:\(port): \(problem). Choose another port, or 0 for any."
        case .clip(let text): text
        }
    }
}
