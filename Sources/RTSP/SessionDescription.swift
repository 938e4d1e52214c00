/// The video track of a session description (RFC 8866, RFC 2326 appendix C).
struct SessionDescription: Equatable {
    var codec: VideoCodec
    var payloadType: UInt8
    var clockRate: Int
    /// Of the session, as `a=control:` has it.
    var sessionControl: String?
    var trackControl: String?
    var framerate: Double?
    var width: Int?
    var height: Int?
    /// Whether its media is encrypted (SRTP, RFC 3711): its payloads say nothing to who has no key.
    var isEncrypted = false
    /// The parameter sets that the description carries.
    var parameterSets: [[UInt8]] = []

    private struct Track {
        var payloadType: UInt8
        var isEncrypted = false
        var attributes: [(name: Substring, value: Substring)] = []
    }

    /// The first video track; `nil` when there is none.
    init?(_ body: [UInt8]) {
        var sessionControl: String?
        var videos: [Track] = []
        var isInVideo = false
        var isInSession = true
        for line in String(decoding: body, as: UTF8.self).split(whereSeparator: \.isNewline).prefix(2_000) {
            if line.hasPrefix("m=") {
                isInSession = false
                let words = line.dropFirst(2).split(separator: " ")
                isInVideo = words.first?.lowercased() == "video"
                guard isInVideo else { continue }
                videos.append(Track(payloadType: words.dropFirst(3).first.flatMap { UInt8($0) } ?? 96))
                // RTP/SAVP, RTP/SAVPF, UDP/TLS/RTP/SAVP.
                videos[videos.count - 1].isEncrypted = words.dropFirst(2).first?.uppercased().contains("SAVP") ?? false
            } else if line.hasPrefix("a=") {
                let parts = line.dropFirst(2).split(separator: ":", maxSplits: 1)
                guard let name = parts.first else { continue }
                let value = parts.count > 1 ? parts[1].trimmed : ""
                if isInSession, name == "control" { sessionControl = String(value) }
                if isInVideo, let last = videos.indices.last { videos[last].attributes.append((name, value)) }
            }
        }
        guard let track = videos.first else { return nil }
        self.sessionControl = sessionControl
        payloadType = track.payloadType
        isEncrypted = track.isEncrypted
        codec = payloadType == 26 ? .jpeg : .other("unknown")
        clockRate = 90_000
        for (name, value) in track.attributes { read(name, value) }
    }

    private mutating func read(_ name: Substring, _ value: Substring) {
        switch name {
        case "crypto", "key-mgmt", "fingerprint": isEncrypted = true
        case "control": trackControl = String(value)
        case "rtpmap":
            let words = value.split(separator: " ")
            guard words.count >= 2, words[0] == "\(payloadType)" else { return }
            let parts = words[1].split(separator: "/")
            codec = VideoCodec(encodingName: parts.first ?? "")
            if parts.count > 1, let rate = Int(parts[1]), rate > 0, rate <= 100_000_000 { clockRate = rate }
        case "framerate", "x-framerate": framerate = Self.framerate(value)
        case "x-dimensions": setSize(value.split(separator: ","))
        case "cliprect":
            let parts = value.split(separator: ",")
            if parts.count == 4 { setSize([parts[3], parts[2]]) }
        case "framesize": setSize(value.split(separator: " ").last?.split(separator: "-") ?? [])
        case "fmtp": readFormat(value)
        default: break
        }
    }

    private mutating func setSize(_ parts: [Substring]) {
        guard parts.count == 2, let width = Int(parts[0].trimmed), let height = Int(parts[1].trimmed),
            (1...16_384).contains(width), (1...16_384).contains(height)
        else { return }
        self.width = width
        self.height = height
    }

    private mutating func readFormat(_ value: Substring) {
        for field in value.drop(while: { $0 != " " }).split(separator: ";") {
            let parts = field.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            switch parts[0].trimmed.lowercased() {
            case "sprop-parameter-sets", "sprop-vps", "sprop-sps", "sprop-pps":
                for set in parts[1].split(separator: ",").prefix(16) {
                    if let bytes = AuthenticationChallenge.base64Decoded(set.trimmed), !bytes.isEmpty {
                        parameterSets.append(bytes)
                    }
                }
            default: break
            }
        }
    }

    private static func framerate(_ text: Substring) -> Double? {
        let parts = text.split(separator: "/")
        guard let first = parts.first.flatMap({ Double($0) }) else { return nil }
        let rate = parts.count > 1 ? first / (Double(parts[1]) ?? 1) : first
        return rate > 0 && rate <= 1_000 ? rate : nil
    }

    /// A control address, resolved as cameras mean it: appended to the base.
    static func resolve(_ control: String?, base: String) -> String {
        guard let control, control != "*", !control.isEmpty else { return base }
        if control.lowercased().hasPrefix("rtsp://") || control.lowercased().hasPrefix("rtsps://") { return control }
        let tail = control.hasPrefix("/") ? String(control.dropFirst()) : control
        return base.hasSuffix("/") ? base + tail : base + "/" + tail
    }
}

/// How a stream's packets are to be read.
enum VideoCodec: Equatable {
    case h264
    case h265
    case jpeg
    case other(String)

    init(encodingName: Substring) {
        switch encodingName.uppercased() {
        case "H264": self = .h264
        case "H265", "HEVC": self = .h265
        case "JPEG": self = .jpeg
        default: self = .other(String(encodingName.lowercased().prefix(32).filter { $0.isASCII && !$0.isWhitespace }))
        }
    }

    var name: String {
        switch self {
        case .h264: "h264"
        case .h265: "h265"
        case .jpeg: "jpeg"
        case .other(let name): name
        }
    }
}
