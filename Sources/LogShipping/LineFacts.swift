import Base
import Foundation
import Model
internal import Patterns

/// What a plain line says about itself at its beginning: its time, its level, its camera.
///
/// Filebeat leaves this to Logstash. It is done here for sites that have no pipeline.
struct LineFacts: Sendable {
    var timestamp: Int64?
    var level: String?
    var cameraID: String?

    /// Bytes at the beginning in which a time or a level counts.
    private static let headBytes = 60
    private static let cameraHeadBytes = 120

    private struct Patterns: Sendable {
        let level: Pattern
        let beforeTime: Pattern
        let hint: Pattern
        let cameras: [Pattern]
        let prefix: Pattern

        init() throws(PatternError) {
            level = try Pattern(#"\b(ERROR|WARNING|WARN|INFO|DEBUG|FATAL|CRITICAL)\b"#)
            beforeTime = try Pattern(
                #"^(?:[\s|:\-\[\(<]|[\]\)>]|\b(?:ERROR|WARNING|WARN|INFO|DEBUG|FATAL|CRITICAL|TRACE|NOTICE)\b)*$"#
                    + #"|\[$|^(?:time|ts|timestamp|@timestamp)="?$"#)
            hint = try Pattern("cam(?:era_id=|era=|-)")
            cameras = [
                try Pattern(#"\bcamera_id=["']?([\w.\-]*\w)"#), try Pattern(#"\bcamera=["']?(cam-[\w.\-]*\w)"#),
            ]
            prefix = try Pattern(#"\[(cam-[\w.\-]+)\]"#)
        }
    }

    // The patterns are constants of this file; were one wrong, lines would merely show no facts.
    private static let patterns = try? Patterns()

    /// - Parameter zone: where the time is of that says no zone.
    init(_ text: String, zone: TimeZone = .current) {
        guard let patterns = LineFacts.patterns else { return }
        let head = Array(text.utf8.prefix(LineFacts.headBytes))
        timestamp = LineFacts.timestamp(head, zone, patterns.beforeTime)
        level = patterns.level.captures(in: String(decoding: head, as: UTF8.self))?[1]
        guard patterns.hint.isFound(in: text) else { return }
        for pattern in patterns.cameras {
            if let id = pattern.captures(in: text)?[1] {
                cameraID = id
                return
            }
        }
        let start = String(decoding: text.utf8.prefix(LineFacts.cameraHeadBytes), as: UTF8.self)
        cameraID = patterns.prefix.captures(in: start)?[1]
    }

    private static func timestamp(_ head: [UInt8], _ zone: TimeZone, _ before: Pattern) -> Int64? {
        var isInNumber = false
        for (index, byte) in head.enumerated() {
            let isDigit = (48...57).contains(byte)
            if isDigit, !isInNumber {
                if let found = TimestampText.parse(head, from: index, zone: zone) {
                    // Further in it is what the line speaks of, not when it was written.
                    return before.isFound(in: String(decoding: head[..<index], as: UTF8.self)) ? found.time : nil
                }
                if index > 0, head[index - 1] == UInt8(ascii: "["),
                    let time = TimestampText.parseAccessLog(head, from: index)
                {
                    return time
                }
            }
            isInNumber = isDigit
        }
        return nil
    }

    /// Adds the facts to an event, unless it has such fields already.
    func add(to event: inout LogEvent) {
        if let timestamp { event.timestamp = timestamp }
        if let level, event["level"] == nil { event.fields["level"] = .string(level) }
        if let cameraID, event["camera_id"] == nil { event.fields["camera_id"] = .string(cameraID) }
    }
}
