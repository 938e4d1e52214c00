import Codecs
import Foundation
import LogDocuments

/// A connection of the input `http`: each request is answered when its events are stored.
final class HTTPConversation: Conversation {
    private let input: PipelineInput
    private let settings: HTTPInput
    private var reader: HTTPRequestReader
    private var peer: Peer?
    /// Whether the connection stays open behind the request whose events are being stored; `nil` where none is.
    private var waiting: Bool?
    private var nextMark = 1
    private var isOver = false

    /// The most bytes of a body, unpacked.
    private static let textBytesMax = 64 << 20
    private static let eventsMax = 100_000

    init(_ input: PipelineInput, _ settings: HTTPInput) {
        self.input = input
        self.settings = settings
        reader = HTTPRequestReader(bodyBytesMax: settings.bodyBytesMax)
    }

    var heldBytes: Int { reader.heldBytes }
    /// One request at a time.
    var wantsBytes: Bool { waiting == nil && !isOver }

    func add(_ bytes: UnsafeBufferPointer<UInt8>, from peer: Peer) {
        self.peer = peer
        reader.add(bytes)
    }

    func advance(_ step: inout ConversationStep, _ moment: Moment, room: Int) {
        while wantsBytes {
            do throws(HTTPRequestReader.Failure) {
                switch try reader.next() {
                case .needsBytes: return
                case .expectsWord: step.replies += Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
                case .request(let request): take(request, &step, moment)
                }
            } catch {
                step.replies += answer(error.status, error.reason, keepsAlive: false)
                isOver = true
            }
        }
    }

    private func take(_ request: HTTPRequestReader.Request, _ step: inout ConversationStep, _ moment: Moment) {
        guard isAllowed(request) else {
            return refuse(401, "the user and password are not those of the input", request, &step)
        }
        let body: [UInt8]
        switch request.header("content-encoding")?.lowercased() {
        case nil, "", "identity": body = request.body
        case "gzip", "deflate":
            do throws(GzipError) {
                body = try Gzip.decompress(request.body, limit: Self.textBytesMax)
            } catch {
                return refuse(error.code == .tooLarge ? 413 : 400, error.description, request, &step)
            }
        default: return refuse(415, "the encoding of the body is not known; send gzip or none", request, &step)
        }
        let type = (request.header("content-type") ?? "").prefix { $0 != ";" }.lowercased()
        var decoder = CodecDecoder(settings.codecs[String(type)] ?? input.codec)
        let facts = Facts(request)
        var isTooMuch = false
        func add(_ event: PipelineEvent) {
            guard step.events.count < Self.eventsMax else {
                isTooMuch = true
                return
            }
            var event = event
            complete(&event, request, facts)
            step.add(event, bytes: body.count / (step.events.count + 1))
        }
        body.withUnsafeBufferPointer {
            decoder.take($0, room: .max, now: moment.time, moment.scratch, add)
            decoder.finish(now: moment.time, moment.scratch, add)
        }
        if isTooMuch {
            step = ConversationStep()
            return refuse(413, "the body has more than the limit of \(Self.eventsMax) events", request, &step)
        }
        if step.events.isEmpty {
            step.replies += answer(settings.status, settings.answer, keepsAlive: request.keepsAlive)
            isOver = !request.keepsAlive
        } else {
            waiting = request.keepsAlive
            step.mark = nextMark
            nextMark += 1
        }
    }

    private func refuse(
        _ status: Int, _ text: String, _ request: HTTPRequestReader.Request, _ step: inout ConversationStep
    ) {
        step.replies += answer(status, text, keepsAlive: request.keepsAlive)
        isOver = !request.keepsAlive
    }

    private func isAllowed(_ request: HTTPRequestReader.Request) -> Bool {
        guard let user = settings.user, let password = settings.password else { return true }
        let given = Array((request.header("authorization") ?? "").utf8)
        let wanted = Array("Basic \(Data("\(user):\(password)".utf8).base64EncodedString())".utf8)
        // In a time that says nothing of where the two differ.
        var difference: UInt8 = given.count == wanted.count ? 0 : 1
        for index in given.indices { difference |= given[index] ^ wanted[index % wanted.count] }
        return difference == 0
    }

    func stored(_ mark: Int) -> [UInt8] {
        guard let keepsAlive = waiting else { return [] }
        waiting = nil
        isOver = !keepsAlive
        return answer(settings.status, settings.answer, keepsAlive: keepsAlive)
    }

    /// Whether the connection is to be closed once its answer is sent.
    var hasEnded: Bool { isOver }

    private static let reasons = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 400: "Bad Request", 401: "Unauthorized",
        413: "Content Too Large", 415: "Unsupported Media Type", 431: "Request Header Fields Too Large",
    ]

    private func answer(_ status: Int, _ text: String, keepsAlive: Bool) -> [UInt8] {
        let body = status == 204 ? "" : text
        var head = "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Answer")\r\n"
        if status == 401 { head += "WWW-Authenticate: Basic realm=\"Logstash\"\r\n" }
        if !settings.answerHeaders.contains(where: { $0.name.lowercased() == "content-type" }) {
            head += "Content-Type: text/plain\r\n"
        }
        for (name, value) in settings.answerHeaders { head += "\(name): \(value)\r\n" }
        head += "Content-Length: \(body.utf8.count)\r\nConnection: \(keepsAlive ? "keep-alive" : "close")\r\n\r\n"
        return Array((head + body).utf8)
    }

    // MARK: Events

    /// What a request says about itself, under the names that the input gives it.
    private struct Facts {
        let headers: Document
        let host: (name: String, port: Int64?)?

        init(_ request: HTTPRequestReader.Request) {
            var headers = Document()
            headers["request_method"] = .string(request.method)
            headers["request_path"] = .string(request.path)
            headers["http_version"] = .string(request.version)
            for (name, value) in request.headers {
                let name = name.replacing("-", with: "_")
                let isPlain = name == "content_length" || name == "content_type"
                // What came along as a login is not for those who read logs.
                if name == "authorization" || name == "cookie" { continue }
                headers[isPlain ? name : "http_" + name] = .string(value)
            }
            self.headers = headers
            host = request.header("host").map { text in
                guard let colon = text.lastIndex(of: ":"), let port = Int64(text[text.index(after: colon)...]) else {
                    return (text, nil)
                }
                return (String(text[..<colon]), port)
            }
        }
    }

    private static let version = FieldReference("[http][version]")
    private static let method = FieldReference("[http][method]")
    private static let agent = FieldReference("[user_agent][original]")
    private static let domain = FieldReference("[url][domain]")
    private static let port = FieldReference("[url][port]")
    private static let path = FieldReference("[url][path]")
    private static let bodyBytes = FieldReference("[http][request][body][bytes]")
    private static let type = FieldReference("[http][request][mime_type]")

    private func complete(_ event: inout PipelineEvent, _ request: HTTPRequestReader.Request, _ facts: Facts) {
        if input.usesSchema {
            event[Self.version] = .string(request.version)
            event[Self.method] = .string(request.method)
            event[Self.path] = .string(request.path)
            if let agent = request.header("user-agent") { event[Self.agent] = .string(agent) }
            if let host = facts.host {
                event[Self.domain] = .string(host.name)
                if let port = host.port { event[Self.port] = .integer(port) }
            }
            if let length = request.header("content-length") { event[Self.bodyBytes] = .string(length) }
            if let type = request.header("content-type") { event[Self.type] = .string(type) }
        }
        event[settings.headersField] = .object(facts.headers)
        if let peer { event.give(.string(peer.host), to: settings.hostField) }
        input.decoration.apply(to: &event)
    }
}
