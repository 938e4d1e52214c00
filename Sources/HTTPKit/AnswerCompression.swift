internal import Codecs
internal import HTTPTypes
package import Hummingbird
internal import NIOCore
internal import Synchronization

/// Compresses answers of text for clients that take gzip.
///
/// Small answers stay as they are, as do streams of events, parts of a whole, and what has a coding already. What bears an
/// entity tag is compressed once for all who ask.
package struct AnswerCompression<Context: RequestContext>: RouterMiddleware {
    /// Below this, headers cost more than is won.
    package static var bytesMin: Int { 1_024 }
    /// Beyond this an answer of known length goes out as it is.
    package static var bytesMax: Int { 16 << 20 }

    private let kept = CompressedAnswers()

    package init() {}

    /// Answers as the next one does, compressed where that is wanted and worth it.
    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard Self.isCompressible(response) else { return response }
        let vary = response.headers[.vary]
        response.headers[.vary] = vary.map { "\($0), Accept-Encoding" } ?? "Accept-Encoding"
        // How long the compressed answer would be is not known without it.
        guard request.method != .head, AcceptedCodings(request.headers[.acceptEncoding]).prefersGzip else {
            return response
        }
        let body = response.body
        guard body.contentLength != nil else {
            response.headers[.contentEncoding] = "gzip"
            response.body = ResponseBody { writer in
                try await body.write(GzipWriter(parent: writer, stream: try GzipStream()))
            }
            return response
        }
        let key = response.headers[.eTag].map { "\($0) \(request.uri.path)" }
        if let bytes = key.flatMap({ kept[$0] }) {
            response.headers[.contentEncoding] = "gzip"
            response.body = ResponseBody(byteBuffer: bytes)
            return response
        }
        let whole = WholeBody()
        try await body.write(whole)
        let plain = whole.buffer
        // Whatever zlib cannot do, the answer is there.
        guard let compressed = try? Gzip.compress(Array(plain.readableBytesView)),
            compressed.count < plain.readableBytes
        else {
            response.body = ResponseBody(byteBuffer: plain)
            return response
        }
        let bytes = ByteBuffer(bytes: compressed)
        if let key { kept[key] = bytes }
        response.headers[.contentEncoding] = "gzip"
        response.body = ResponseBody(byteBuffer: bytes)
        return response
    }

    private static func isCompressible(_ response: Response) -> Bool {
        let headers = response.headers
        guard response.status.code >= 200, response.status != .noContent, response.status != .partialContent,
            response.status != .notModified, headers[.contentEncoding] == nil, headers[.contentRange] == nil,
            headers[.cacheControl]?.contains("no-transform") != true, let type = headers[.contentType]
        else { return false }
        // The length that an answer to HEAD has none of stands in its header.
        let length = response.body.contentLength.map { max($0, headers[.contentLength].flatMap { Int($0) } ?? 0) }
        return length.map { $0 >= bytesMin && $0 <= bytesMax } ?? true && isText(type.lowercased())
    }

    private static func isText(_ type: String) -> Bool {
        let name = type.prefix { $0 != ";" && $0 != " " }
        if name == "text/event-stream" { return false }
        return name.hasPrefix("text/") || name.hasSuffix("json") || name.hasSuffix("xml")
            || name == "application/javascript" || name == "application/x-ndjson"
            || name == "application/openmetrics-text"
    }
}

/// Answers that were compressed, by their entity tags: those asked for last.
private final class CompressedAnswers: Sendable {
    private static let countMax = 256
    private static let bytesMax = 16 << 20

    private struct State {
        var answers: [String: (bytes: ByteBuffer, used: UInt64)] = [:]
        var bytes = 0
        var uses: UInt64 = 0
    }

    private let state = Mutex(State())

    subscript(key: String) -> ByteBuffer? {
        get {
            state.withLock { state in
                state.uses += 1
                state.answers[key]?.used = state.uses
                return state.answers[key]?.bytes
            }
        }
        set {
            guard let newValue, newValue.readableBytes <= Self.bytesMax / 4 else { return }
            state.withLock { state in
                state.uses += 1
                state.bytes += newValue.readableBytes - (state.answers[key]?.bytes.readableBytes ?? 0)
                state.answers[key] = (newValue, state.uses)
                while state.answers.count > Self.countMax || state.bytes > Self.bytesMax,
                    let oldest = state.answers.min(by: { $0.value.used < $1.value.used })?.key
                {
                    state.bytes -= state.answers.removeValue(forKey: oldest)?.bytes.readableBytes ?? 0
                }
            }
        }
    }
}

/// Keeps what is written.
private final class WholeBody: ResponseBodyWriter {
    private let kept = Mutex(ByteBuffer())

    var buffer: ByteBuffer { kept.withLock { $0 } }

    func write(_ part: ByteBuffer) async throws { _ = kept.withLock { $0.writeImmutableBuffer(part) } }

    func finish(_ trailers: HTTPFields?) async throws {}
}

/// Compresses what is written, piece by piece.
private struct GzipWriter: ResponseBodyWriter {
    var parent: any ResponseBodyWriter
    let stream: GzipStream

    mutating func write(_ part: ByteBuffer) async throws {
        let bytes = part.withUnsafeReadableBytes { stream.compress($0) }
        if !bytes.isEmpty { try await parent.write(ByteBuffer(bytes: bytes)) }
    }

    consuming func finish(_ trailers: HTTPFields?) async throws {
        try await parent.write(ByteBuffer(bytes: stream.finish()))
        try await parent.finish(trailers)
    }
}
