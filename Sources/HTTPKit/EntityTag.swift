internal import Base
internal import HTTPTypes
package import Hummingbird

/// Names of what an answer holds, by which a client asks whether it has it already (RFC 9110, section 8.8.3).
package enum EntityTag {
    /// A weak tag of bytes: answers that bear the same one say the same, however they are coded.
    package static func weak(of bytes: UnsafeRawBufferPointer) -> String { weak(ByteHash.hash(bytes, seed: 17)) }

    /// The same of bytes in an array.
    package static func weak(of bytes: [UInt8]) -> String { bytes.withUnsafeBytes { weak(of: $0) } }

    /// The same of a number that stands for what is in the answer.
    package static func weak(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return "W/\"\(String(repeating: "0", count: 16 - digits.count))\(digits)\""
    }

    /// Whether a tag is among those of the header `If-None-Match`.
    package static func matches(_ tag: String, _ header: String) -> Bool {
        func opaque(_ text: some StringProtocol) -> String {
            let trimmed = text.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
            return String(trimmed.hasPrefix("W/") ? trimmed.dropFirst(2) : trimmed)
        }
        let wanted = opaque(tag)
        return header.prefix(4_096).split(separator: ",").contains { opaque($0) == wanted || opaque($0) == "*" }
    }
}

/// Answers a question for what the client has already in a few bytes: 304, without the body.
package struct ConditionalAnswers<Context: RequestContext>: RouterMiddleware {
    package init() {}

    /// Answers as the next one does, or that nothing has changed.
    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        guard request.method == .get || request.method == .head, response.status == .ok,
            let tag = response.headers[.eTag], let known = request.headers[.ifNoneMatch], EntityTag.matches(tag, known)
        else { return response }
        var headers = response.headers
        for name in [HTTPField.Name.contentLength, .contentType, .contentEncoding] { headers[name] = nil }
        var answer = Response(status: .notModified, headers: headers)
        answer.headers[.contentLength] = nil
        return answer
    }
}
