internal import Model

/// A stream that is pulled from an RTMP server (Adobe RTMP 1.0): handshake, `connect`, `createStream`, `play`.
package struct RTMPStream: StreamReader {
    private enum Stage {
        /// Before the server's version and its first 1,536 bytes.
        case greeting
        /// Before the echo of ours.
        case echo
        case connecting
        case creating
        case asking
        case playing
        case done
    }

    private let app: String
    private let name: String
    private let url: String
    private var stage = Stage.greeting
    private var chunks = RTMPChunks()
    private var media = FLVMedia()
    /// Bytes that came, those that the server knows of, and after how many more it is to be told.
    private var received: UInt64 = 0
    private var acknowledged: UInt64 = 0
    private var window: UInt64 = 2_500_000

    private static let greetingBytes = 1_536
    private static let windowMin: UInt64 = 1_024

    /// - Parameters:
    ///   - place: `host:port`.
    ///   - isTLS: whether the connection is encrypted.
    ///   - path: with the query; the name of the application, and behind it that of the stream.
    package init(place: String, isTLS: Bool, path: String) {
        let path = path.drop { $0 == "/" }
        let plain = path.prefix { $0 != "?" }
        let words = plain.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        // An application may have an instance, behind one more slash.
        let end = words.count > 2 ? words[2].startIndex : words.count > 1 ? words[1].startIndex : path.endIndex
        app = String(words.count > 1 ? path[..<path.index(before: end)] : path)
        let name = path[end...]
        self.name = name.hasSuffix(".flv") ? String(name.dropLast(4)) : String(name)
        url = "\(isTLS ? "rtmps" : "rtmp")://\(place)/\(app)"
    }

    package mutating func begin() -> [UInt8] {
        [3] + [UInt8](repeating: 0, count: 8)
            + (8..<Self.greetingBytes).map { _ in UInt8.random(in: .min ... .max) }
    }

    package mutating func read(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) -> Int {
        var used = 0
        reading: while used < bytes.count {
            let rest = bytes.from(used)
            switch stage {
            case .done: return bytes.count
            case .greeting:
                // Of version 3 all servers are; higher ones answer with it.
                guard rest[0] == 3 else {
                    fail(.protocol, "sends bytes that are not RTMP", into: &events)
                    return bytes.count
                }
                guard rest.count > Self.greetingBytes else { break reading }
                events.append(.say(Array(rest[1...Self.greetingBytes])))
                used += 1 + Self.greetingBytes
                stage = .echo
            case .echo:
                guard rest.count >= Self.greetingBytes else { break reading }
                used += Self.greetingBytes
                stage = .connecting
                connect(into: &events)
            case .connecting, .creating, .asking, .playing:
                let (outcome, count) = chunks.next(rest)
                used += count
                switch outcome {
                case .goesOn: break
                case .incomplete: break reading
                case .broken(let problem): fail(.protocol, problem, into: &events)
                case .message(let message): take(message, into: &events)
                }
            }
        }
        acknowledge(used, into: &events)
        return used
    }

    package mutating func end(into events: inout [StreamEvent]) {
        fail(.closed, "ended the connection", into: &events)
    }

    private mutating func fail(_ reason: CameraFailure, _ text: String, into events: inout [StreamEvent]) {
        if stage == .done { return }
        stage = .done
        events.append(.failed(reason, text))
    }

    private mutating func acknowledge(_ count: Int, into events: inout [StreamEvent]) {
        received += UInt64(count)
        guard received - acknowledged >= window / 2, stage != .done else { return }
        acknowledged = received
        events.append(.say(RTMPChunks.written(kind: 3, lane: 2, Self.bytes(UInt32(truncatingIfNeeded: received)))))
    }

    // MARK: What is asked

    private func connect(into events: inout [StreamEvent]) {
        let codecs = ["av01", "hvc1", "avc1", "vp09"].map { AMF0.text($0) }
        let facts: [AMF0.Member] = [
            .init(name: "app", value: .text(app)), .init(name: "flashVer", value: .text("LNX 9,0,124,2")),
            .init(name: "tcUrl", value: .text(url)), .init(name: "fpad", value: .boolean(false)),
            .init(name: "capabilities", value: .number(15)), .init(name: "audioCodecs", value: .number(4_071)),
            .init(name: "videoCodecs", value: .number(252)), .init(name: "videoFunction", value: .number(1)),
            .init(name: "fourCcList", value: .array(codecs)),
        ]
        command([.text("connect"), .number(1), .object(facts)], into: &events)
    }

    private func command(_ values: [AMF0], stream: UInt32 = 0, into events: inout [StreamEvent]) {
        var content: [UInt8] = []
        for value in values { value.write(to: &content) }
        let lane: UInt8 = stream == 0 ? 3 : 8
        events.append(.say(RTMPChunks.written(kind: 20, lane: lane, stream: stream, content)))
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }

    // MARK: What comes

    private mutating func take(_ message: FLVMedia.Piece, into events: inout [StreamEvent]) {
        let content = message.head
        switch message.kind {
        case 1, 2, 4, 5, 6: takeControl(message.kind, content, into: &events)
        case FLVMedia.audio, FLVMedia.video, FLVMedia.script:
            if stage == .asking { play(into: &events) }
            if stage == .playing { media.take(message, into: &events) }
        case 20: takeCommand(AMF0Reader.values(content), into: &events)
        case 17: takeCommand(AMF0Reader.values(Array(content.dropFirst())), into: &events)
        default: break
        }
    }

    private mutating func takeControl(_ kind: UInt8, _ content: [UInt8], into events: inout [StreamEvent]) {
        let number = content.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard content.count >= (kind == 4 ? 2 : 4) else { return }
        switch kind {
        case 1:
            if !chunks.set(chunkSize: number) { fail(.protocol, "sets an impossible size of chunks", into: &events) }
        case 2: chunks.abort(lane: number)
        case 4:
            // Pings are answered with the same time.
            guard content[0] == 0, content[1] == 6, content.count >= 6 else { return }
            events.append(.say(RTMPChunks.written(kind: 4, lane: 2, [0, 7] + content[2..<6])))
        case 5: window = max(Self.windowMin, UInt64(number))
        default: events.append(.say(RTMPChunks.written(kind: 5, lane: 2, Array(content.prefix(4)))))
        }
    }

    private mutating func takeCommand(_ values: [AMF0], into events: inout [StreamEvent]) {
        guard let name = values.first?.text else { return }
        let transaction = values.dropFirst().first?.number
        let facts = values.dropFirst(2).first { $0["code"] != nil }
        switch name {
        case "_result" where stage == .connecting && transaction == 1:
            stage = .creating
            events.append(.accepted)
            command([.text("createStream"), .number(2), .nothing], into: &events)
        case "_result" where stage == .creating && transaction == 2:
            let number = values.dropFirst(2).compactMap(\.number).first ?? 1
            let stream = UInt32(exactly: number) ?? 1
            stage = .asking
            command(
                [.text("play"), .number(3), .nothing, .text(self.name), .number(-2_000)], stream: stream, into: &events)
            // How much the player keeps: 3 s.
            events.append(
                .say(RTMPChunks.written(kind: 4, lane: 2, [0, 3] + Self.bytes(stream) + Self.bytes(3_000))))
        case "_error", "close": refuse(facts, isClose: name == "close", into: &events)
        case "onStatus": takeStatus(facts, into: &events)
        default: break
        }
    }

    private mutating func play(into events: inout [StreamEvent]) {
        stage = .playing
        events.append(.plays(.rtmp))
    }

    private mutating func takeStatus(_ facts: AMF0?, into events: inout [StreamEvent]) {
        let code = facts?["code"]?.text ?? ""
        if code == "NetStream.Play.Start", stage == .asking { return play(into: &events) }
        if facts?["level"]?.text == "error" || code.hasSuffix(".Failed") || code.hasSuffix(".StreamNotFound") {
            refuse(facts, isClose: false, into: &events)
        }
    }

    /// The server says no: its words tell why.
    private mutating func refuse(_ facts: AMF0?, isClose: Bool, into events: inout [StreamEvent]) {
        let code = facts?["code"]?.text ?? ""
        let words = ((facts?["description"]?.text ?? "") + " " + code).lowercased()
        let said = String(words.filter { $0.isASCII && $0 >= " " && $0 != "\u{7f}" }.trimmed.prefix(120))
        if code.hasSuffix("StreamNotFound") || code.hasSuffix("InvalidApp") || words.contains("not found") {
            fail(.notFound, "has no stream under this path", into: &events)
        } else if words.contains("auth") || words.contains("403") || words.contains("401") {
            fail(.unauthorized, "refuses us: \(said)", into: &events)
        } else if isClose || code.hasSuffix("Closed") {
            fail(.closed, "ended the stream", into: &events)
        } else {
            fail(.protocol, "does not play the stream: \(said)", into: &events)
        }
    }
}
