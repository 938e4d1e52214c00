internal import Model

/// A stream in the answer to one GET of HTTP/1.1 (RFC 9110, RFC 9112). What the server sends tells the kind: pictures one
/// after the other, FLV, or one picture.
package struct HTTPStream: StreamReader {
    /// What is wanted of the answer.
    package enum Purpose: Sendable {
        case stream
        /// Only that there is one.
        case reachability
    }

    private enum Stage {
        case head
        case body
        case done
    }

    private enum Framing {
        case untilEnd
        case counted(Int)
        case chunked(ChunkedBody)
    }

    private let request: [UInt8]
    private let purpose: Purpose
    private let hasLogin: Bool
    private var stage = Stage.head
    private var framing = Framing.untilEnd
    /// `nil` until its first bytes told what it is.
    private var body: (any StreamBody)?
    private var contentType = ""
    /// What was taken out of chunks and not read yet.
    private var unchunked: [UInt8] = []

    private static let agent = "Watchpost"

    /// - Parameters:
    ///   - host: with the port, as the header has it.
    ///   - path: with the query.
    ///   - authorization: the value of that header; `nil` for none.
    ///   - hasLogin: whether the address has a login: one who is to be let in is not reached before that.
    package init(
        host: String, path: String, authorization: String? = nil, hasLogin: Bool = false, purpose: Purpose = .stream
    ) {
        var text = "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nUser-Agent: \(Self.agent)\r\nAccept: */*\r\n"
        if let authorization { text += "Authorization: \(authorization)\r\n" }
        request = Array((text + "Connection: close\r\n\r\n").utf8)
        self.purpose = purpose
        self.hasLogin = hasLogin
    }

    package mutating func begin() -> [UInt8] { request }

    package mutating func read(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) -> Int {
        var used = 0
        while used < bytes.count {
            let rest = bytes.from(used)
            switch stage {
            case .done: return bytes.count
            case .head:
                guard HTTPHead.mayBegin(rest) else {
                    fail(.protocol, "sends bytes that are not HTTP", into: &events)
                    return bytes.count
                }
                guard let length = HTTPHead.length(in: rest) else {
                    if rest.count >= StreamLimits.rest { fail(.protocol, "sends a header without end", into: &events) }
                    return used
                }
                used += length
                guard let head = HTTPHead(UnsafeRawBufferPointer(rebasing: rest[..<length])) else {
                    fail(.protocol, "sends something other than HTTP", into: &events)
                    return bytes.count
                }
                take(head, into: &events)
            case .body:
                let count = readBody(rest, into: &events)
                used += count
                if count == 0 { return used }
            }
        }
        return used
    }

    package mutating func end(into events: inout [StreamEvent]) {
        switch stage {
        case .done: break
        case .head: fail(.closed, "ended the connection", into: &events)
        case .body: endBody(into: &events)
        }
    }

    private mutating func fail(_ reason: CameraFailure, _ text: String, into events: inout [StreamEvent]) {
        guard stage != .done else { return }
        stage = .done
        events.append(.failed(reason, text))
    }

    // MARK: The head

    private mutating func take(_ head: HTTPHead, into events: inout [StreamEvent]) {
        // What is on its way is told by the head that follows.
        if (100..<200).contains(head.status) { return }
        if purpose == .reachability, isReached(head.status) {
            stage = .done
            events += [.accepted, .plays(.reachability)]
            return
        }
        switch head.status {
        case 200..<300:
            events.append(.accepted)
            stage = .body
            contentType = (head.header("content-type") ?? "").lowercased()
            setFraming(head, into: &events)
            choose(head.header("content-type") ?? "", into: &events)
        case 301, 302, 303, 307, 308:
            stage = .done
            events.append(.leads(to: head.header("location") ?? ""))
        case 401:
            stage = .done
            events.append(.challenged(head.all("www-authenticate")))
        case 403: fail(.unauthorized, "forbids this stream to the configured user", into: &events)
        case 404, 410: fail(.notFound, "has no stream under this path", into: &events)
        case 453, 503:
            fail(
                .busy, "has no room for another viewer (status \(head.status)). It is asked seldom now", into: &events)
        default: fail(.protocol, "answers with status \(head.status)", into: &events)
        }
    }

    /// Without a login, one who asks for it is there all the same.
    private func isReached(_ status: Int) -> Bool {
        (200..<400).contains(status) || !hasLogin && (status == 401 || status == 403)
    }

    private mutating func setFraming(_ head: HTTPHead, into events: inout [StreamEvent]) {
        if let coding = head.header("transfer-encoding")?.lowercased(), coding != "identity" {
            guard coding.hasSuffix("chunked") else {
                return fail(.protocol, "sends a body in the coding \(Self.short(coding))", into: &events)
            }
            framing = .chunked(ChunkedBody())
        } else if let text = head.header("content-length") {
            guard let length = Int(text), length >= 0 else {
                return fail(.protocol, "announces a body of an impossible length", into: &events)
            }
            framing = .counted(length)
            if length == 0 { endBody(into: &events) }
        }
        if let coding = head.header("content-encoding")?.lowercased(), coding != "identity" {
            fail(.protocol, "sends a body in the coding \(Self.short(coding))", into: &events)
        }
    }

    /// The content type counts where it says that parts come: a body may begin with anything then.
    private mutating func choose(_ type: String, into events: inout [StreamEvent]) {
        guard stage != .done, contentType.hasPrefix("multipart/") else { return }
        let parameter = type.split(separator: ";").dropFirst().map(\.trimmed).first {
            $0.lowercased().hasPrefix("boundary=")
        }
        let boundary = parameter?.dropFirst("boundary=".count).filter { $0 != "\"" } ?? ""
        body = PictureParts(boundary: boundary)
        events.append(.plays(.mjpeg))
    }

    // MARK: The body

    private mutating func readBody(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) -> Int {
        switch framing {
        case .untilEnd: return feed(bytes, into: &events)
        case .counted(let left):
            let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(left))
            let count = feed(part, into: &events)
            framing = .counted(left - count)
            if left <= bytes.count { endBody(into: &events) }
            return count
        case .chunked(var chunks):
            let (used, outcome) = chunks.read(bytes, into: &unchunked)
            framing = .chunked(chunks)
            let rest = unchunked
            let count = rest.withUnsafeBytes { feed($0, into: &events) }
            unchunked.removeFirst(min(count, unchunked.count))
            switch outcome {
            case .goesOn: break
            case .ended: endBody(into: &events)
            case .broken: fail(.protocol, "sends chunks that are none", into: &events)
            }
            return used
        }
    }

    /// Gives the body's bytes to who reads them, once their first ones tell who that is.
    private mutating func feed(_ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]) -> Int {
        if bytes.isEmpty { return 0 }
        if stage == .done { return bytes.count }
        if body == nil {
            guard bytes.count >= 4 else { return 0 }
            body = recognise(bytes, into: &events)
            guard let body else { return bytes.count }
            events.append(.plays(body is FLVReader ? .httpFLV : body is SinglePicture ? .snapshot : .mjpeg))
        }
        return body?.read(bytes, into: &events) ?? bytes.count
    }

    /// Who reads a body that begins so.
    private mutating func recognise(
        _ bytes: UnsafeRawBufferPointer, into events: inout [StreamEvent]
    ) -> (any StreamBody)? {
        if bytes.starts(with: "FLV".utf8) { return FLVReader() }
        if bytes[0] == 0xff, bytes[1] == 0xd8 { return SinglePicture() }
        if bytes.starts(with: "--".utf8) { return PictureParts(boundary: "") }
        if bytes.starts(with: "#EXT".utf8) || contentType.contains("mpegurl") {
            fail(
                .protocol,
                "sends an HLS playlist, which the probe does not play: watch it by its recorder or its "
                    + "gateway, or write check: instead of url:", into: &events)
        } else {
            let type = contentType.isEmpty ? "without a type" : "of type \(Self.short(contentType))"
            fail(.protocol, "sends a body \(type) that is no MJPEG, FLV or JPEG", into: &events)
        }
        return nil
    }

    private mutating func endBody(into events: inout [StreamEvent]) {
        guard stage != .done else { return }
        if var body {
            body.end(into: &events)
            self.body = body
        } else {
            events.append(.failed(.protocol, "answers with nothing"))
        }
        stage = .done
    }

    /// What a server writes, for people.
    private static func short(_ text: String) -> String {
        String(text.prefix { $0 != ";" }.filter { $0.isASCII && !$0.isWhitespace && $0 != "\u{7f}" }.prefix(60))
    }
}
