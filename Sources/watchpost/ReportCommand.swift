import ArgumentParser
import CameraRecords
import Foundation
import LocalTime

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Tells how long cameras were up and what was recorded in a span of time.",
        discussion: """
            Example: November as a document to print
              watchpost report --from 2026-11-01 --to 2026-12-01 --format html > november.html
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, html, csv }

    @OptionGroup var server: ServerOptions

    @Option(help: "The first day (2026-11-01), a date and time (2026-11-01T08:30), RFC 3339, now-7d, now-1M/M.")
    var from: String

    @Option(help: "The same; the time ends before it.")
    var to: String

    @Option(help: "The same as --zone.")
    var timeZone: String?

    @Option(help: "One camera; all by default.")
    var camera: String?

    @Option(help: "text, html or csv.")
    var format = Format.text

    @Flag(help: "List the gaps instead of the cameras.")
    var gaps = false

    func run() async throws { try await server.withClock { try await tell() } }

    private func tell() async throws {
        let zone: TimeZone
        let span: TimeSpan
        do throws(RecordRefused) {
            zone =
                try timeZone.map { name throws(RecordRefused) in try RecordPeriod.zone(name) } ?? SiteClock.current.zone
            span = try RecordPeriod.span(from: moment(from, .start, zone), to: moment(to, .end, zone), in: zone)
        } catch {
            throw ValidationError(error.description)
        }
        // As moments, which the server reads as they are meant here, whatever it knows of time zones.
        var parameters = [
            ("from", Self.seconds(span.start)), ("to", Self.seconds(span.end)), ("zone", ZoneText(zone).code),
        ]
        if let camera { parameters.append(("camera", camera)) }
        if gaps { parameters.append(("list", "gaps")) }
        switch format {
        case .text: try await printText(parameters, zone)
        case .html: try await printBody("/report/print", parameters)
        case .csv: try await printBody("/report.csv", parameters)
        }
    }

    /// What is meant relative to now, as the moment that it is; a time ends before its end.
    private func moment(_ text: String, _ side: TimeText.Side, _ zone: TimeZone) -> String {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        guard TimeText.isRelative(text), let moment = TimeText.moment(text, side, now: now, zone: zone) else {
            return text
        }
        return Self.seconds(side == .end && text.contains("/") ? moment + 1 : moment)
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        String(format: "%lld.%03lld", milliseconds / 1_000, milliseconds % 1_000)
    }

    private func printBody(_ path: String, _ parameters: [(String, String)]) async throws {
        FileHandle.standardOutput.write(Data(try await server.bytes(path, parameters)))
    }

    private func printText(_ parameters: [(String, String)], _ zone: TimeZone) async throws {
        guard let record: SiteRecord = try await server.getOrPrintJSON("/api/watchpost/report", parameters) else {
            return
        }
        gaps ? printGaps(record, zone) : printCameras(record)
    }

    private func printCameras(_ record: SiteRecord) {
        var table = Table(
            "CAMERA", "UP %", "UP UNKNOWN", "RECONNECTS", "FOOTAGE %", "FOOTAGE", "MISSING", "GAPS", "UNKNOWN")
        for camera in record.cameras {
            let isRecorded = camera.isRecorded
            table.add(
                camera.camera, Self.percent(camera.upPercent), Self.length(camera.unknownSeconds),
                String(camera.reconnects), Self.percent(camera.footagePercent),
                isRecorded ? Self.length(camera.footageSeconds) : "-",
                camera.footagePercent == nil ? "-" : Self.length(camera.missingSeconds),
                camera.footagePercent == nil ? "-" : String(camera.gapCount),
                isRecorded ? Self.length(camera.footageUnknownSeconds) : "-")
        }
        table.isEmpty ? print("No cameras are known.") : table.print()
    }

    private func printGaps(_ record: SiteRecord, _ zone: TimeZone) {
        let style = Date.ISO8601FormatStyle(timeZone: zone).year().month().day().dateTimeSeparator(.standard)
            .time(includingFractionalSeconds: true).timeZone(separator: .colon)
        func text(_ milliseconds: Int64) -> String {
            // The format cuts off, and a double may lie just under its millisecond.
            Date(timeIntervalSince1970: (Double(milliseconds) + 0.1) / 1_000).formatted(style)
        }
        var table = Table("CAMERA", "FROM", "TO", "LENGTH")
        for camera in record.cameras {
            for gap in camera.gaps {
                table.add(
                    camera.camera, text(gap.start), text(gap.end), Self.length(Double(gap.length) / 1_000))
            }
            if camera.gapCount > camera.gaps.count {
                table.add(camera.camera, "…", "", "\(camera.gapCount - camera.gaps.count) shorter ones")
            }
        }
        table.isEmpty ? print("No gaps in the footage.") : table.print()
    }

    /// Less than all is never told as all.
    private static func percent(_ value: Double?) -> String {
        value.map { $0 >= 100 ? "100" : String(format: "%.2f", ($0 * 100).rounded(.down) / 100) } ?? "-"
    }

    /// `52:03:04.5`: hours, minutes, seconds.
    private static func length(_ seconds: Double) -> String {
        let tenths = Int64((seconds * 10).rounded())
        return String(
            format: "%lld:%02lld:%02lld.%lld", tenths / 36_000, tenths / 600 % 60, tenths / 10 % 60, tenths % 10)
    }
}
