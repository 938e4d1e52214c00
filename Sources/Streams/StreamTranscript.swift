/// All that a server might say over one connection, read as the probe reads it but without one: what fuzzers feed.
package enum StreamTranscript {
    package enum Language: String, Sendable, CaseIterable { case http, rtmp }

    /// Reads the bytes in pieces, as they may come over a network, and checks what every reader promises.
    /// - Returns: what was told of them.
    package static func read(_ bytes: [UInt8], as language: Language, pieces: Int) -> [StreamEvent] {
        var reader: any StreamReader =
            switch language {
            case .http: HTTPStream(host: "host", path: "/")
            case .rtmp: RTMPStream(place: "host:1935", isTLS: false, path: "/live/gate")
            }
        _ = reader.begin()
        var events: [StreamEvent] = []
        var pending: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let end = min(index + max(1, pieces), bytes.count)
            pending += bytes[index..<end]
            index = end
            let used = pending.withUnsafeBytes { reader.read($0, into: &events) }
            precondition((0...pending.count).contains(used), "BUG: more was read than came")
            pending.removeFirst(used)
            if isOver(events) { return events }
            precondition(pending.count <= StreamLimits.rest, "BUG: \(pending.count) bytes are kept")
        }
        reader.end(into: &events)
        precondition(isOver(events), "BUG: a stream that has ended goes on")
        return events
    }

    private static func isOver(_ events: [StreamEvent]) -> Bool {
        events.contains {
            switch $0 {
            case .failed, .complete, .leads, .challenged: true
            default: false
            }
        }
    }
}
