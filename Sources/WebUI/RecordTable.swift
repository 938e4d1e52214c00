internal import CameraRecords
internal import Foundation

/// Records as comma-separated values (RFC 4180), for spreadsheets.
enum RecordTable {
    /// A line for each camera.
    static func cameras(_ record: SiteRecord, _ clock: RecordClock) -> String {
        let header = [
            "site", "camera", "from", "to", "up_percent", "up_seconds", "down_seconds", "up_unknown_seconds",
            "reconnects", "recorder_restarts", "footage_percent", "footage_seconds", "due_seconds", "missing_seconds",
            "footage_unknown_seconds", "estimated_seconds", "gaps",
        ]
        let rows = record.cameras.map { camera in
            let footage = [
                camera.footagePercent.map(number) ?? "", number(camera.footageSeconds), number(camera.dueSeconds),
                number(camera.missingSeconds), number(camera.footageUnknownSeconds), number(camera.estimatedSeconds),
                String(camera.gapCount),
            ]
            return [
                cell(record.site), cell(camera.camera), clock.rfc3339(camera.start), clock.rfc3339(camera.end),
                camera.upPercent.map(number) ?? "", number(camera.upSeconds), number(camera.downSeconds),
                number(camera.unknownSeconds), String(camera.reconnects), String(camera.recorderRestarts),
            ] + (camera.isRecorded ? footage : footage.map { _ in "" })
        }
        return text([header] + rows)
    }

    /// A line for each gap.
    static func gaps(_ record: SiteRecord, _ clock: RecordClock) -> String {
        let rows = record.cameras.flatMap { camera in
            camera.gaps.map { gap in
                [
                    cell(record.site), cell(camera.camera), clock.rfc3339(gap.start), clock.rfc3339(gap.end),
                    number(Double(gap.length) / 1_000),
                ]
            }
        }
        return text([["site", "camera", "from", "to", "seconds"]] + rows)
    }

    private static func text(_ rows: [[String]]) -> String {
        rows.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    private static func number(_ value: Double) -> String { String(format: "%.3f", value) }

    /// A text from outside. A spreadsheet takes one that begins like a formula for one, and computes it.
    static func cell(_ text: String) -> String {
        let isFormula = text.first { !$0.isWhitespace }.map { "=+-@＝＋－＠|%".contains($0) } ?? false
        let startsOddly = text.unicodeScalars.first.map { $0.value < 0x20 } ?? false
        let safe = isFormula || startsOddly ? "'" + text : text
        guard safe.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
