internal import CameraRecords
internal import Foundation
internal import HTTPKit
internal import Hummingbird
internal import LocalTime
internal import Model
internal import NIOCore
internal import SiteView

/// What became of one camera.
struct RecordContent: PageContent {
    static let template = PageTemplate.record

    let camera: CameraLink
    let report: String
    let print: String
    let table: String
    var error: String?
    let from: String
    let to: String
    let zone: String
    var records: [RecordRow] = []
    /// Of which time the gaps are.
    var range = ""
    var gaps: [GapRow] = []
    var leftOut: String?
}

/// What became of all cameras.
struct ReportContent: PageContent {
    static let template = PageTemplate.report

    let range: String
    let from: String
    let to: String
    let zone: String
    var print: String?
    var table: String?
    var gapTable: String?
    var error: String?
    var records: [RecordRow] = []
}

/// A whole document that needs nothing beside it.
struct ReportDocument: PageContent {
    static let template = PageTemplate.reportDocument

    struct Camera: Sendable {
        let name: String
        let gaps: [GapRow]
        let leftOut: String?
    }

    var language = Reader.current.words.code
    let site: String
    let version: String
    let range: String
    let zone: String
    let madeAt: String
    let records: [RecordRow]
    /// Those that have gaps.
    let cameras: [Camera]
}

extension WebUI {
    func addRecordRoutes(to router: RouterGroup<AppRequestContext>) {
        router.get("/cameras/:id/record") { request, context in
            await recordPage(of: Links.decoded(context.parameters.get("id") ?? ""), FormFields(request.uri.query ?? ""))
        }
        router.get("/report") { request, _ in await reportPage(FormFields(request.uri.query ?? "")) }
        router.get("/report/print") { request, _ in await reportDocument(FormFields(request.uri.query ?? "")) }
        router.get("/report.csv") { request, _ in await reportTable(FormFields(request.uri.query ?? "")) }
    }

    // MARK: What is asked for

    /// The span and the time zone of an address.
    private struct Asked {
        var span: TimeSpan?
        var zone = Reader.current.zone
        var zoneName = ZoneText(Reader.current.zone).code
        var error: String?

        init(_ fields: FormFields, now: Int64 = WebUI.now()) {
            let name = fields["zone"] ?? ""
            do throws(RecordRefused) {
                if !name.isEmpty { (zone, zoneName) = (try Self.zone(name), name) }
                let from = Self.absolute(fields["from"], .start, now, zone)
                let to = Self.absolute(Self.end(fields, now, zone), .end, now, zone)
                if !from.isEmpty || !to.isEmpty { span = try RecordPeriod.span(from: from, to: to, in: zone) }
            } catch {
                self.error = error.description
            }
        }

        /// Without one a time that began some time ago ends now, or with the unit to which its start rounds: `now-1d/d`
        /// is yesterday.
        private static func end(_ fields: FormFields, _ now: Int64, _ zone: TimeZone) -> String? {
            let (from, to) = ((fields["from"] ?? "").trimmed, (fields["to"] ?? "").trimmed)
            if !to.isEmpty || !TimeText.isRelative(from) { return to }
            let end = from.contains("/") ? TimeText.moment(from, .end, now: now, zone: zone) : nil
            return end ?? now < now ? from : "now"
        }

        private static func zone(_ name: String) throws(RecordRefused) -> TimeZone {
            // A browser and a file may name a zone by its distance from UTC.
            if name.hasPrefix("+") || name.hasPrefix("-"), let zone = ZoneText.zone(named: name) { return zone }
            return try RecordPeriod.zone(name)
        }

        /// What is meant relative to now as the moment that it is; a time ends before its end.
        private static func absolute(
            _ text: String?, _ side: TimeText.Side, _ now: Int64, _ zone: TimeZone
        ) -> String {
            let text = (text ?? "").trimmed
            guard TimeText.isRelative(text), let moment = TimeText.moment(text, side, now: now, zone: zone) else {
                return text
            }
            let end = side == .end && text.contains("/") ? moment + 1 : moment
            return RecordClock(zone: zone).rfc3339(end)
        }
    }

    /// Days that end now: what is shown where the address names no time.
    private static var lastDays: [(name: String, days: Int64)] {
        [(say("range.last.1d"), 1), (say("range.last.7d"), 7), (say("range.last.30d"), 30)]
    }

    private static func lastDays(_ days: Int64, before now: Int64) -> TimeSpan {
        TimeSpan(start: now - days * 86_400_000, end: now)
    }

    private static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }

    private static func query(_ span: TimeSpan, _ asked: Asked, camera: String? = nil, list: String? = nil) -> String {
        let clock = RecordClock(zone: asked.zone)
        return "?"
            + FormFields.text([
                ("from", clock.rfc3339(span.start)), ("to", clock.rfc3339(span.end)), ("zone", asked.zoneName),
                ("camera", camera), ("list", list),
            ])
    }

    private static func range(_ span: TimeSpan, _ clock: RecordClock) -> String {
        say("record.range", ["from": .text(clock.text(span.start)), "to": .text(clock.text(span.end))])
    }

    // MARK: The pages

    /// A camera's record: of the last day, week and month, or of the time that the address names.
    func recordPage(of id: String, _ fields: FormFields) async -> Response {
        let asked = Asked(fields)
        let clock = RecordClock(zone: asked.zone)
        let now = Self.now()
        let spans =
            asked.span.map { [($0, Self.range($0, clock))] }
            ?? Self.lastDays.map { (Self.lastDays($0.days, before: now), $0.name) }
        // Gaps are listed of the longest.
        let listed = spans[spans.count - 1]
        var content = RecordContent(
            camera: CameraLink(id: id, link: Links.ownCamera(id)),
            report: "/report" + Self.query(listed.0, asked),
            print: "/report/print" + Self.query(listed.0, asked, camera: id),
            table: "/report.csv" + Self.query(listed.0, asked, camera: id, list: "gaps"), error: asked.error,
            from: fields["from"] ?? "", to: fields["to"] ?? "", zone: asked.zoneName)
        content.range = listed.1
        var status = HTTPResponse.Status.ok
        do {
            if asked.error != nil { throw RecordRefused(asked.error ?? "") }
            let records = try await view.records(of: id, in: spans.map(\.0)).compactMap(\.cameras.first)
            content.records = zip(records, spans).map { RecordRow($0, name: $1.1, link: "") }
            content.gaps = records.last?.gaps.map { GapRow($0, clock) } ?? []
            content.leftOut = records.last.flatMap(RecordText.leftOut)
        } catch {
            content.error = "\(error)"
            status = .badRequest
        }
        return html(
            pages.page(content, title: "\(say("record.title")) \(id)", path: "/cameras", live: false), status: status)
    }

    /// The records of all cameras.
    func reportPage(_ fields: FormFields) async -> Response {
        let asked = Asked(fields)
        let clock = RecordClock(zone: asked.zone)
        let span = asked.span ?? Self.lastDays(7, before: Self.now())
        var content = ReportContent(
            range: asked.span == nil ? say("range.last.7d") : Self.range(span, clock), from: fields["from"] ?? "",
            to: fields["to"] ?? "", zone: asked.zoneName)
        do {
            let record = try await record(asked, span, camera: nil)
            content.print = "/report/print" + Self.query(span, asked)
            content.table = "/report.csv" + Self.query(span, asked)
            content.gapTable = "/report.csv" + Self.query(span, asked, list: "gaps")
            content.records = record.cameras.map {
                RecordRow($0, name: $0.camera, link: Links.record($0.camera) + Self.query(span, asked))
            }
        } catch {
            content.error = "\(error)"
            return html(
                pages.page(content, title: say("report.title"), path: "/report", live: false), status: .badRequest)
        }
        return html(pages.page(content, title: say("report.title"), path: "/report", live: false))
    }

    private func record(_ asked: Asked, _ span: TimeSpan, camera: String?) async throws -> SiteRecord {
        if let error = asked.error { throw RecordRefused(error) }
        guard let record = try await view.records(of: camera, in: [span]).first else {
            throw RecordRefused(say("record.none"))
        }
        return record
    }

    /// The record that an address names: `from`, `to`, `zone`, and `camera`, or of all.
    private func record(_ fields: FormFields) async throws -> (record: SiteRecord, asked: Asked) {
        let asked = Asked(fields)
        let camera = fields["camera"].flatMap { $0.isEmpty ? nil : $0 }
        let span = asked.span ?? Self.lastDays(7, before: Self.now())
        return (try await record(asked, span, camera: camera), asked)
    }

    /// No scripts, nothing from outside; its one style stands in it, so that it can be kept as a file.
    private static let documentPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// A whole document that prints well.
    func reportDocument(_ fields: FormFields) async -> Response {
        do {
            let (record, asked) = try await record(fields)
            let clock = RecordClock(zone: asked.zone)
            let document = ReportDocument(
                site: record.site, version: pages.version,
                range: Self.range(TimeSpan(start: record.start, end: record.end), clock), zone: asked.zoneName,
                madeAt: clock.text(record.madeAt),
                records: record.cameras.map { RecordRow($0, name: $0.camera, link: "") },
                cameras: record.cameras.filter { !$0.gaps.isEmpty }.map { camera in
                    .init(
                        name: camera.camera, gaps: camera.gaps.map { GapRow($0, clock) },
                        leftOut: RecordText.leftOut(camera))
                })
            var response = html(pages.part(document))
            response.headers[.contentSecurityPolicy] = Self.documentPolicy
            return response
        } catch {
            return refused(error)
        }
    }

    /// A table for spreadsheets: of the cameras, or with `list=gaps` of their gaps.
    func reportTable(_ fields: FormFields) async -> Response {
        do {
            let (record, asked) = try await record(fields)
            let clock = RecordClock(zone: asked.zone)
            let isOfGaps = fields["list"] == "gaps"
            let text = isOfGaps ? RecordTable.gaps(record, clock) : RecordTable.cameras(record, clock)
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/csv; charset=utf-8; header=present", .cacheControl: "no-store",
                    .contentDisposition: "attachment; filename=\"\(isOfGaps ? "gaps" : "report").csv\"",
                    .xContentTypeOptions: "nosniff",
                ], body: .init(byteBuffer: ByteBuffer(string: text)))
        } catch {
            return refused(error)
        }
    }

    private func refused(_ error: any Error) -> Response {
        let refusal = ["error": "\(error)"]
        let body = (try? JSONEncoder().encode(refusal)) ?? Data()
        return Response(
            status: .badRequest, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
