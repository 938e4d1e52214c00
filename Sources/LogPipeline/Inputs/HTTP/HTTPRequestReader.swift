import Base

/// Reads requests of HTTP/1.1 from the bytes of a connection, as far as an input needs them: RFC 9112.
struct HTTPRequestReader {
    struct Request: Equatable {
        var method: String
        var path: String
        var version: String
        /// In small letters, in the order in which they came.
        var headers: [(name: String, value: String)] = []
        var body: [UInt8] = []

        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

        static func == (left: Request, right: Request) -> Bool {
            left.method == right.method && left.path == right.path && left.body == right.body
                && left.headers.elementsEqual(right.headers) { $0 == $1 }
        }

        /// Whether the connection stays open behind the answer.
        var keepsAlive: Bool {
            let connection = header("connection")?.lowercased() ?? ""
            return version == "HTTP/1.0" ? connection.contains("keep-alive") : !connection.contains("close")
        }
    }

    enum Step: Equatable {
        case needsBytes
        /// The sender waits for a word before it sends the body.
        case expectsWord
        case request(Request)
    }

    /// What is no request, with the status to answer.
    struct Failure: Error, Equatable {
        let status: Int
        let reason: String
    }

    private enum State {
        case head
        case body(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailer
    }

    private let bodyBytesMax: Int
    private var queue = ByteQueue()
    private var state = State.head
    private var request = Request(method: "", path: "", version: "")
    private var hasAskedForWord = false

    static let headBytesMax = 16 << 10
    private static let headersMax = 100
    private static let chunkLineMax = 1_024

    init(bodyBytesMax: Int) { self.bodyBytesMax = bodyBytesMax }

    var heldBytes: Int { queue.count + request.body.count }

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) { queue.append(bytes) }

    /// - Throws: ``Failure``; nothing more can be read then.
    mutating func next() throws(Failure) -> Step {
        while true {
            switch state {
            case .head:
                guard let head = try line(upTo: "\r\n\r\n", most: Self.headBytesMax, status: 431) else {
                    return .needsBytes
                }
                try readHead(head)
                if case .body(0) = state { return finish() }
                if request.header("expect")?.lowercased() == "100-continue", !hasAskedForWord {
                    hasAskedForWord = true
                    return .expectsWord
                }
            case .body(let left):
                take(left)
                guard request.body.count >= left else { return .needsBytes }
                return finish()
            case .chunkSize:
                guard let text = try line(upTo: "\r\n", most: Self.chunkLineMax, status: 400) else {
                    return .needsBytes
                }
                let digits = text.prefix { $0 != ";" && $0 != " " }
                guard !digits.isEmpty, digits.count <= 8, let size = Int(digits, radix: 16) else {
                    throw Failure(status: 400, reason: "a chunk has no length")
                }
                try check(request.body.count + size)
                state = size == 0 ? .trailer : .chunk(request.body.count + size)
            case .chunk(let end):
                take(end)
                guard request.body.count >= end else { return .needsBytes }
                state = .chunkEnd
            case .chunkEnd:
                guard try line(upTo: "\r\n", most: 2, status: 400) != nil else { return .needsBytes }
                state = .chunkSize
            case .trailer:
                guard let text = try line(upTo: "\r\n", most: Self.headBytesMax, status: 431) else {
                    return .needsBytes
                }
                if text.isEmpty { return finish() }
            }
        }
    }

    private mutating func finish() -> Step {
        let finished = request
        request = Request(method: "", path: "", version: "")
        state = .head
        hasAskedForWord = false
        return .request(finished)
    }

    private func check(_ count: Int) throws(Failure) {
        guard count <= bodyBytesMax else {
            throw Failure(status: 413, reason: "the body has more than the limit of \(bodyBytesMax) bytes")
        }
    }

    /// Takes bytes of the body up to a length.
    private mutating func take(_ length: Int) {
        let count = min(queue.count, length - request.body.count)
        let bytes = queue.withBytes { Array($0.prefix(count)) }
        request.body += bytes
        queue.drop(count)
    }

    private mutating func line(upTo end: StaticString, most: Int, status: Int) throws(Failure) -> String? {
        let mark = Array("\(end)".utf8)
        let (text, isTooLong) = queue.withBytes { bytes -> (String?, Bool) in
            let within = bytes.prefix(most + mark.count)
            var place = within.startIndex
            while place + mark.count <= within.endIndex {
                if within[place..<(place + mark.count)].elementsEqual(mark) {
                    return (String(decoding: within[..<place], as: UTF8.self), false)
                }
                place += 1
            }
            return (nil, bytes.count > most)
        }
        if isTooLong { throw Failure(status: status, reason: "a line or head has more than \(most) bytes") }
        guard let text else { return nil }
        queue.drop(text.utf8.count + mark.count)
        return text
    }

    private mutating func readHead(_ head: String) throws(Failure) {
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let first = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard first.count == 3, first[2] == "HTTP/1.1" || first[2] == "HTTP/1.0", !first[0].isEmpty else {
            throw Failure(status: 400, reason: "it is no request of HTTP/1.1")
        }
        request = Request(method: String(first[0]), path: String(first[1]), version: String(first[2]))
        guard lines.count - 1 <= Self.headersMax else { throw Failure(status: 431, reason: "it has too many headers") }
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
                throw Failure(status: 400, reason: "a header has no name")
            }
            let value = String(line[line.index(after: colon)...]).trimmingBlanks
            request.headers.append((line[..<colon].lowercased(), value))
        }
        let lengths = request.headers.filter { $0.name == "content-length" }.map(\.value)
        if let coding = request.header("transfer-encoding")?.lowercased() {
            // Both at once may mean two requests to two readers.
            guard coding == "chunked", lengths.isEmpty else {
                throw Failure(status: 400, reason: "the transfer encoding is not chunked alone")
            }
            state = .chunkSize
            return
        }
        guard Set(lengths).count <= 1 else { throw Failure(status: 400, reason: "it has two lengths") }
        guard let length = lengths.first else {
            state = .body(0)
            return
        }
        guard length.allSatisfy({ $0.isASCII && $0.isNumber }), length.count <= 12, let count = Int(length) else {
            throw Failure(status: 400, reason: "its length is no number")
        }
        try check(count)
        state = .body(count)
    }
}
