internal import Foundation
internal import HTTPKit
internal import HTTPTypes
internal import Hummingbird
internal import Model
internal import NIOCore
internal import SiteView

/// The live stream of the pages, which all windows of a browser share, and what they ask for beside it.
struct LiveAPI: Sendable {
    let view: any SiteViewSource
    let live: LiveSite

    init(view: any SiteViewSource) {
        self.view = view
        live = LiveSite(view: view)
    }

    /// Rows whose numbers one question may ask for.
    static let rowsMax = 400

    func addRoutes(to group: RouterGroup<AppRequestContext>) {
        group.get("live") { request, _ in stream(request) }
        group.get("live/cameras") { _, _ in await list() }
        group.get("live/numbers") { request, _ in await numbers(request) }
    }

    /// A tick each second that says which version of everything there is, and before it what of the cameras changed.
    ///
    /// Where a client is, it says by `Last-Event-ID`, or by `after` where it opens a stream by itself. What is written waits
    /// for the client to read; meanwhile nothing is kept for it.
    private func stream(_ request: Request) -> Response {
        let named = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
        let after = named ?? request.uri.queryParameters["after"].map(String.init)
        let body = ResponseBody { writer in
            var known = live.position(after)
            known = try await tell(known, to: &writer)
            var isFirst = true
            for await _ in view.changes() {
                // The first change is there at once, and was told.
                if !isFirst { known = try await tell(known, to: &writer) }
                isFirst = false
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
    }

    private func tell(_ known: LivePosition?, to writer: inout any ResponseBodyWriter) async throws -> LivePosition {
        let look = await live.look()
        var text = ByteBuffer()
        if let changes = live.changes(since: known, look) {
            text.writeString("id: \(look.event)\nevent: cameras\ndata: ")
            text.writeBytes(changes)
            text.writeString("\n\n")
        }
        text.writeString(
            "id: \(look.event)\nevent: tick\ndata: {\"list\":\"\(look.listName)\",\"version\":\(look.position.version),"
                + "\"mark\":\"\(look.mark)\",\"now\":\(look.now)}\n\n")
        try await writer.write(text)
        return look.position
    }

    private func list() async -> Response {
        let look = await live.look()
        let headers: HTTPFields = [
            .contentType: "application/json", .cacheControl: "no-cache", .eTag: "W/\"\(look.event)\"",
        ]
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: live.list(look))))
    }

    /// `{"list","now","rows":[[place,fps,expected,bitrate,frame,recorded,picture],…]}`: ages in seconds, `null` for what is
    /// not known.
    private func numbers(_ request: Request) async -> Response {
        let look = await live.look()
        let parameters = request.uri.queryParameters
        guard parameters["list"].map(String.init) == look.listName else {
            return .json(.conflict, #"{"error":"this list is of before; ask for live/cameras again"}"#.utf8)
        }
        guard let rows = Self.rows(parameters["rows"].map(String.init) ?? "") else {
            let error = #"{"error":"rows are places in the list, as 0-40,52; \#(Self.rowsMax) at most"}"#
            return .json(.badRequest, error.utf8)
        }
        var json = JSONBytes()
        json.raw(#"{"list":"#)
        json.string(look.listName)
        json.raw(#","now":"#)
        json.number(look.now)
        json.raw(#","rows":"#)
        json.list(rows.filter { $0 < look.cameras.count }) { json, place in
            Self.append(look.cameras[place], at: place, now: look.now, to: &json)
        }
        json.raw("}")
        var response = Response.json(.ok, json.bytes)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private static func append(_ camera: CameraStatus, at place: Int, now: Int64, to json: inout JSONBytes) {
        func number(_ value: Double?, _ factor: Double = 1) {
            json.raw(",")
            guard let value, value.isFinite, value.magnitude < 1e15 else { return json.raw("null") }
            let scaled = (value * factor).rounded() / factor
            json.append(text: scaled == scaled.rounded() ? String(Int64(scaled)) : String(scaled))
        }
        json.raw("[")
        json.number(place)
        number(camera.fps, 10)
        number(camera.expectedFPS, 10)
        number(camera.bitrate)
        number(camera.lastFrame.map { Double(max(0, now - $0) / 1_000) })
        number(camera.lastRecorded.map { Double(max(0, now - $0) / 1_000) })
        json.raw(",")
        json.string(camera.pictureText)
        json.raw("]")
    }

    /// Places such as `0-40,52`; `nil` for what is none, or more than ``rowsMax``.
    static func rows(_ text: String) -> [Int]? {
        var rows: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, first >= 0, last >= first,
                last - first < rowsMax, rows.count + last - first < rowsMax
            else { return nil }
            rows += Array(first...last)
        }
        return rows
    }
}
