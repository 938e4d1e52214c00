internal import Foundation
internal import Hummingbird
internal import Model
internal import NIOCore
internal import PromQL

/// A successful answer of the Prometheus API: its data, already as JSON, and what the caller should know about it.
struct APIAnswer {
    private var json = JSONBytes()
    private var isEmpty = false

    static let cutWarning = "results truncated due to limit"

    /// Nothing to say but that it is done: 204 without a body.
    static let done = {
        var answer = APIAnswer { _ in }
        answer.isEmpty = true
        return answer
    }()

    init(warnings: [String] = [], infos: [String] = [], data: (inout JSONBytes) -> Void) {
        json.raw(#"{"status":"success","data":"#)
        data(&json)
        if !warnings.isEmpty {
            json.raw(#","warnings":"#)
            json.list(warnings) { $0.string($1) }
        }
        if !infos.isEmpty {
            json.raw(#","infos":"#)
            json.list(infos) { $0.string($1) }
        }
        json.raw("}")
    }

    init(texts: [String], limit: Int) {
        self.init(warnings: texts.count > limit ? [Self.cutWarning] : []) { json in
            json.list(texts.prefix(limit)) { $0.string($1) }
        }
    }

    /// The result of a query, its series cut to `limit`.
    init(_ result: QueryResult, limit: Int) {
        var warnings = result.warnings
        if result.value.seriesCount > limit { warnings.append(Self.cutWarning) }
        self.init(warnings: warnings, infos: result.infos) { json in
            json.raw(#"{"resultType":""#)
            switch result.value {
            case .scalar(let sample):
                json.raw(#"scalar","result":"#)
                json.sample(sample.timestamp, sample.value)
            case .string(let text, let time):
                json.raw(#"string","result":["#)
                json.timestamp(time)
                json.raw(",")
                json.string(text)
                json.raw("]")
            case .vector(let series):
                json.raw(#"vector","result":"#)
                json.list(series.prefix(limit)) { json, series in
                    json.raw(#"{"metric":"#)
                    json.labels(series.labels)
                    json.raw(#","value":"#)
                    json.sample(series.sample.timestamp, series.sample.value)
                    json.raw("}")
                }
            case .matrix(let series):
                json.raw(#"matrix","result":"#)
                json.list(series.prefix(limit)) { json, series in
                    json.raw(#"{"metric":"#)
                    json.labels(series.labels)
                    json.raw(#","values":"#)
                    json.list(series.timestamps.indices) { json, index in
                        json.sample(series.timestamps[index], series.values[index])
                    }
                    json.raw("}")
                }
            }
            json.raw("}")
        }
    }

    var response: Response { isEmpty ? Response(status: .noContent) : Self.response(.ok, json) }

    static func response(for error: APIError) -> Response {
        var json = JSONBytes()
        json.raw(#"{"status":"error","errorType":"#)
        json.string(error.kind.rawValue)
        json.raw(#","error":"#)
        json.string(error.message)
        json.raw("}")
        return response(error.kind.status, json)
    }

    private static func response(_ status: HTTPResponse.Status, _ json: JSONBytes) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}

extension QueryResult.Value {
    fileprivate var seriesCount: Int {
        switch self {
        case .scalar, .string: 1
        case .vector(let series): series.count
        case .matrix(let series): series.count
        }
    }
}
