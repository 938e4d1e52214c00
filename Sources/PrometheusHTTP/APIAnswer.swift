internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import Model
internal import NIOCore

/// A successful answer of the Prometheus API: its data, already as JSON, and what the caller should know about it.
struct APIAnswer {
    private enum Body {
        case json(JSONBytes)
        case query(QueryAnswer)
        case empty
    }

    private let body: Body

    static let cutWarning = "results truncated due to limit"

    /// Nothing to say but that it is done: 204 without a body.
    static let done = APIAnswer(.empty)

    private init(_ body: Body) { self.body = body }

    init(_ query: QueryAnswer) { self.init(.query(query)) }

    init(warnings: [String] = [], infos: [String] = [], data: (inout JSONBytes) -> Void) {
        var json = JSONBytes()
        json.raw(#"{"status":"success","data":"#)
        data(&json)
        json.notes(warnings: warnings, infos: infos)
        json.raw("}")
        self.init(.json(json))
    }

    init(texts: [String], limit: Int) {
        self.init(warnings: texts.count > limit ? [Self.cutWarning] : []) { json in
            json.list(texts.prefix(limit)) { $0.string($1) }
        }
    }

    var response: Response {
        switch body {
        case .json(let json): .json(.ok, json.bytes)
        case .query(let answer): answer.response
        case .empty: Response(status: .noContent)
        }
    }

    static func response(for error: APIError) -> Response {
        var json = JSONBytes()
        json.raw(#"{"status":"error","errorType":"#)
        json.string(error.kind.rawValue)
        json.raw(#","error":"#)
        json.string(error.message)
        json.raw("}")
        return .json(error.kind.status, json.bytes)
    }
}
