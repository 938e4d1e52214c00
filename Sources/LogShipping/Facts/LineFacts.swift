import Base
import Model

/// What a line says about itself at its beginning: its time, its level, its camera, its trace.
///
/// Filebeat leaves this to Logstash. It is done here for sites that have no pipeline.
struct LineFacts: Sendable {
    var timestamp: Int64?
    var level: LevelName?
    /// The level as it is written, where that is another word.
    var writtenLevel: LogValue?
    var cameraID: String?
    var trace: TraceText?

    /// Bytes at the beginning in which a time counts, and behind it a level.
    private static let headBytes = 256
    private static let levelBytes = 120

    /// The facts of a line that is not JSON for its input.
    init(_ text: String, _ context: LineContext) {
        if text.utf8.first == UInt8(ascii: "{") {
            readJSON(text, context)
        } else {
            read(text, context)
        }
        cameraID = CameraText.find(in: text)
        trace = TraceText.find(in: text)
    }

    private mutating func read(_ text: String, _ context: LineContext) {
        var text = text
        text.withUTF8 { bytes in
            let head = UnsafeBufferPointer(rebasing: bytes.prefix(LineFacts.headBytes))
            if head.contains(27) {
                ANSIColours.without(head) { read($0, context) }
            } else {
                read(head, context)
            }
        }
    }

    private mutating func read(_ head: UnsafeBufferPointer<UInt8>, _ context: LineContext) {
        let (found, priority) = HeadTime.find(in: head, context)
        if let found, found.form != .timeOfDay { timestamp = found.time }
        var rest = found?.end ?? 0
        switch found?.form {
        case .access: return
        case .klog(let letter): return set(LevelName.meaning(of: [letter])?.level, String(UnicodeScalar(letter)))
        case .redis where (found?.start ?? 0) > 0:
            // Behind the process: `12:M 26 Nov 2026 12:00:00.123 # …`
            while rest < head.count, head[rest] == 32 { rest += 1 }
            if rest < head.count, let level = LineFacts.redis(head[rest]) {
                return set(level, String(UnicodeScalar(head[rest])))
            }
        default: break
        }
        var level = LevelText.find(in: head, from: rest, to: rest + LineFacts.levelBytes)
        if level == nil, let found { level = LevelText.find(in: head, from: 0, to: found.start) }
        // Three numbers with colons may be anything; in front of a level they are a time.
        if let found, found.form == .timeOfDay, level != nil { timestamp = found.time }
        if let level {
            set(level.level, String(decoding: head[level.range], as: UTF8.self))
        } else if let priority {
            set(LevelName(syslog: priority & 7), nil)
        }
    }

    private static func redis(_ sign: UInt8) -> LevelName? {
        switch sign {
        case UInt8(ascii: "."), UInt8(ascii: "-"): .debug
        case UInt8(ascii: "*"): .info
        case UInt8(ascii: "#"): .warn
        default: nil
        }
    }

    private mutating func set(_ level: LevelName?, _ written: String?) {
        self.level = level
        writtenLevel = written == level?.rawValue ? nil : written.map(LogValue.string)
    }

    /// A line of JSON that its input takes for text.
    private mutating func readJSON(_ text: String, _ context: LineContext) {
        guard let fields = try? JSONReader.fields(text) else {
            // A line that was cut off may have its time still.
            timestamp = JSONFacts.time(inBroken: text, context)
            return
        }
        let facts = JSONFacts(context) { fields[$0] }
        timestamp = facts.timestamp
        level = facts.level?.name
        writtenLevel = facts.level.flatMap { $0.isCanonical ? nil : $0.written }
    }

    /// The facts as fields, but for the time.
    var fields: [String: LogValue] {
        var fields: [String: LogValue] = [:]
        if let level { fields["level"] = .string(level.rawValue) }
        if let writtenLevel { fields["log.level"] = writtenLevel }
        if let cameraID { fields["camera_id"] = .string(cameraID) }
        if let trace {
            fields["trace.id"] = .string(trace.traceID)
            if let spanID = trace.spanID { fields["span.id"] = .string(spanID) }
        }
        return fields
    }
}
