internal import HTTPTypes
internal import Hummingbird
internal import LogDocuments
internal import NIOCore

/// An answer before it is sent.
struct ElasticAnswer: Sendable {
    var status = 200
    /// JSON, or text.
    var body: [UInt8]
    var isText = false

    init(_ document: Document, status: Int = 200) {
        self.status = status
        var bytes: [UInt8] = []
        document.write(to: &bytes)
        body = bytes
    }

    init(json: [UInt8], status: Int = 200) {
        self.status = status
        body = json
    }

    init(text: String) {
        body = Array(text.utf8)
        isText = true
    }

    /// The same with the parts that are wanted alone.
    func keeping(_ path: FilterPath?) throws -> ElasticAnswer {
        guard let path, !isText else { return self }
        let value = try body.withUnsafeBufferPointer { bytes in
            try DocumentReader.value(bytes, .init(depth: 1_000, values: .max))
        }
        var answer = self
        answer.body = []
        path.applied(to: value).write(to: &answer.body)
        return answer
    }

    /// - Parameter accept: what the client takes: who names a version of the media type gets it.
    func response(accept: String?) -> Response {
        var headers: HTTPFields = [.contentType: isText ? "text/plain; charset=UTF-8" : Self.mediaType(accept)]
        if let product = HTTPField.Name("X-Elastic-Product") { headers[product] = "Elasticsearch" }
        return Response(
            status: .init(code: status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }

    static func mediaType(_ accept: String?) -> String {
        guard let accept,
            let match = accept.firstMatch(
                of: /application\/vnd\.elasticsearch\+(?:json|x-ndjson)\s*;\s*compatible-with\s*=\s*([789])/)
        else { return "application/json" }
        return "application/vnd.elasticsearch+json;compatible-with=\(match.1)"
    }
}
