internal import CameraSimulator

/// How a camera is for those who want its pictures.
enum CameraCondition: Sendable {
    case well
    /// Pictures come late, or few.
    case poor
    /// No picture comes.
    case down

    init(_ fault: CameraFault) {
        switch fault {
        case .stall, .keyless, .disconnect, .password, .garbage, .mute: self = .down
        case .slow, .loss: self = .poor
        case .none, .freeze, .black, .skew: self = .well
        }
    }
}
