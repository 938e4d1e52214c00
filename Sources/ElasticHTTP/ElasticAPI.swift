internal import Base
internal import Codecs
internal import Foundation
package import HTTPKit
internal import HTTPTypes
package import Hummingbird
internal import LogDocuments
internal import Model
internal import NIOCore
internal import Synchronization

/// `/elasticsearch`: the store of logs as Elasticsearch's clients know it, to write into and to ask.
///
/// What is not known, and would change an answer, is refused with Elasticsearch's shape of errors.
package struct ElasticAPI: Sendable {
    let parts: ElasticParts
    let documents: DocumentStore
    /// Indices that were made by name.
    let made = MadeIndices()

    static let path = "/elasticsearch"
    /// The most bytes of a request that asks.
    private static let questionBytesMax = 16 << 20
    static let longest = Duration.seconds(30)

    /// A door to a store.
    package init(_ parts: ElasticParts) {
        self.parts = parts
        documents = DocumentStore(source: parts.source, appender: parts.appender, names: parts.names, now: parts.now)
    }

    /// Adds all paths below `/elasticsearch`.
    package func addRoutes(to router: Router<AppRequestContext>) {
        for path in [Self.path, Self.path + "/**"] {
            for method in [HTTPRequest.Method.get, .post, .put, .delete] {
                router.on(RouterPath(path), method: method) { request, _ in await answer(request) }
            }
        }
    }

    /// A request, taken apart.
    struct Call {
        let request: Request
        let method: HTTPRequest.Method
        /// Of the path behind the door's own.
        let segments: [String]
        let parameters: ElasticParameters
        let path: String
    }

    private func answer(_ request: Request) async -> Response {
        let accept = request.headers[.accept] ?? request.headers[.contentType]
        do {
            let path = String(request.uri.path.dropFirst(Self.path.utf8.count))
            let segments = path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) }
            let call = Call(
                request: request, method: request.method == .head ? .get : request.method, segments: segments,
                parameters: ElasticParameters(request.uri.query ?? ""), path: path.isEmpty ? "/" : path)
            if let format = call.parameters["format"], format != "json", !path.hasPrefix("/_cat") {
                throw ElasticError.illegal("the format [\(format.prefix(80))] is not supported; write json")
            }
            let filter = FilterPath(call.parameters["filter_path"])
            return try await route(call).keeping(filter).response(accept: accept)
        } catch {
            return failure(error, accept)
        }
    }

    private func failure(_ error: any Error, _ accept: String?) -> Response {
        let answer: ElasticError
        var waits = false
        switch error {
        case is NIOTooManyBytesError:
            answer = ElasticError(
                413, "content_too_long_exception", "the request has too many bytes; send less at once")
        case let error as GzipError:
            answer = ElasticError(
                error.code == .tooLarge ? 413 : 400,
                error.code == .tooLarge ? "content_too_long_exception" : "illegal_argument_exception", error.description
            )
        case let error as MessagesBusy:
            answer = ElasticError(429, "es_rejected_execution_exception", error.description)
            waits = true
        default: answer = ElasticError(of: error)
        }
        var response = ElasticAnswer(answer.body, status: answer.status).response(accept: accept)
        if waits { response.headers[.retryAfter] = MessagesBusy.retryAfter }
        return response
    }

    // MARK: Bodies

    /// The body of a request that asks.
    func body(_ call: Call) async throws -> [UInt8] {
        let body = try await call.request.body.collect(upTo: Self.questionBytesMax)
        let bytes = try Self.opened(body, call.request, limit: Self.questionBytesMax)
        if bytes.isEmpty, let source = call.parameters["source"] { return Array(source.utf8) }
        return bytes
    }

    static func opened(_ body: ByteBuffer, _ request: Request, limit: Int) throws -> [UInt8] {
        switch (request.headers[.contentEncoding] ?? "identity").lowercased() {
        case "identity", "": return Array(buffer: body)
        case "gzip", "deflate": return try body.withUnsafeReadableBytes { try Gzip.decompress($0, limit: limit) }
        case let other:
            throw ElasticError(
                415, "media_type_header_exception", "the encoding [\(other.prefix(80))] is not known; send gzip or none"
            )
        }
    }

    /// An object, which may be left out.
    static func object(_ bytes: [UInt8]) throws -> Document {
        guard bytes.contains(where: { $0 > 32 }) else { return [:] }
        return try bytes.withUnsafeBufferPointer { try DocumentReader.document($0).document }
    }

    /// Works at a question, a few at a time, until its client has left or the time is over.
    func ask<Answer: Sendable>(_ work: @escaping @Sendable (Searcher) throws -> Answer) async throws -> Answer {
        let (parts, made) = (parts, made)
        return try await RequestWitness.watch("log search") {
            try await parts.gate.run(within: Self.longest) {
                try work(
                    Searcher(source: parts.source, names: parts.names, now: parts.now(), made: { made.holds($0) }))
            }
        }
    }
}

/// The names of indices that clients made and that have no documents yet.
final class MadeIndices: Sendable {
    private let names = Mutex<Set<String>>([])
    private static let most = 1_000

    func holds(_ name: String) -> Bool { names.withLock { $0.contains(name) } }

    func add(_ name: String) {
        names.withLock { names in
            if names.count < Self.most { names.insert(name) }
        }
    }
}
