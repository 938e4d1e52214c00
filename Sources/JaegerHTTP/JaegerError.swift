internal import Base
internal import HTTPKit
internal import HTTPTypes
internal import Hummingbird
internal import Model
internal import PromQL

/// What is answered where something cannot be.
struct JaegerError: Error {
    let status: HTTPResponse.Status
    let message: String

    init(_ status: HTTPResponse.Status, _ message: String) {
        self.status = status
        self.message = message
    }

    static func bad(_ name: String, _ text: String, _ mend: String) -> JaegerError {
        JaegerError(.badRequest, "invalid parameter \"\(name)\": \"\(text.prefix(80))\" is \(mend)")
    }

    static let unknownTrace = JaegerError(.notFound, "trace not found")

    /// What failed, as a status and words.
    init(of error: any Error) {
        switch error {
        case let error as JaegerError: self = error
        case let error as APIError: self.init(error.kind.status, error.message)
        case is WorkTimedOut:
            self.init(
                .serviceUnavailable,
                "the question was given up, as it took too long; ask again, for a shorter time or for fewer traces")
        case is CancellationError: self.init(.serviceUnavailable, "the question was cancelled")
        case let error as PromQLError where error.code == .limit: self.init(.unprocessableContent, error.description)
        case let error as any SampleSourceFailure where error.isLimit: self.init(.unprocessableContent, "\(error)")
        default: self.init(.serviceUnavailable, "the traces cannot be read: \(error)")
        }
    }

    /// In the form of `/api`, which is text.
    var response: Response {
        var json = JSONBytes()
        json.raw(#"{"data":null,"total":0,"limit":0,"offset":0,"errors":["#)
        json.problem(status.code, message)
        json.raw("]}\n")
        var response = Response.json(status, json.bytes)
        response.headers[.contentType] = "text/plain; charset=utf-8"
        return response
    }

    /// In the form of `/api/v3`.
    var responseOfV3: Response {
        var json = JSONBytes()
        json.raw(#"{"error":{"httpCode":"#)
        json.number(status.code)
        json.raw(#","message":"#)
        json.string(message)
        json.raw("}}")
        return .json(status, json.bytes)
    }
}

extension JSONBytes {
    /// One of the `errors` of an answer.
    mutating func problem(_ code: Int, _ message: String, traceID: String? = nil) {
        raw(#"{"code":"#)
        number(code)
        raw(#","msg":"#)
        string(message)
        if let traceID {
            raw(#","traceID":"#)
            string(traceID)
        }
        raw("}")
    }
}
