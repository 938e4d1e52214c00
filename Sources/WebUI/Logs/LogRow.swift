internal import Base
internal import Foundation
internal import Model
internal import SiteView

/// An event in the list of those that were found.
struct LogRow: Sendable {
    struct Cell: Sendable {
        let style: String
        let text: String
        /// Where the value itself has a page.
        let target: Link?
        let rest: Rest?
    }

    struct Link: Sendable {
        let link: String
    }

    /// What of a long text is not shown.
    struct Rest: Sendable {
        let link: String
        let size: String
    }

    /// What tells the event from others, so that none is shown twice.
    let key: String
    let milliseconds: String
    let style: String
    let moment: ShownMoment
    let link: String
    let context: Link?
    let cells: [Cell]

    /// What a row shows of a text at most.
    private static let length = 1_000
    private static let lines = 12
    /// A value that is not longer stands on one line.
    private static let shortLength = 24

    init(_ event: LogEventView, _ address: LogsAddress) {
        let place = LogEventPlace(event)
        key = place.key
        milliseconds = String(event.timestamp)
        style = LogLevel(event.level).style
        moment = ShownMoment(event.timestamp)
        let link = address.link(LogsAddress.path + "/event", place.parameters)
        self.link = link
        context =
            place.hasNeighbours
            ? Link(link: address.link(LogsAddress.path + "/context", place.parameters)) : nil
        cells = address.columns.map { Self.cell($0, of: event, link) }
    }

    private static func cell(_ name: String, of event: LogEventView, _ link: String) -> Cell {
        let value = event.text(of: name)
        let shown = VisibleText(value, length: length, lines: lines)
        let isCamera = name == "camera_id" && !value.isEmpty
        return Cell(
            style: name == "message" ? "message" : value.count <= shortLength ? "value short" : "value",
            text: shown.text,
            target: isCamera
                ? Link(link: Links.camera(value, at: event.timestamp))
                : LogFieldFilter.namesTrace(name) ? TracesAddress.link(named: value).map(Link.init) : nil,
            rest: shown.isCut ? Rest(link: link, size: Shown.bytes(Double(value.utf8.count))) : nil)
    }
}

/// How grave an event is, as pages colour it.
enum LogLevel: String, CaseIterable {
    // Worst first.
    case fatal = "FATAL", error = "ERROR", warn = "WARN", info = "INFO", debug = "DEBUG", trace = "TRACE"
    case other

    init(_ text: String) { self = LogLevel(rawValue: text.uppercased()) ?? .other }

    var style: String { self == .other ? "level-other" : "level-\(rawValue)" }
}

/// By what an event is found again.
struct LogEventPlace: Sendable {
    static let pathName = "log.file.path"
    static let offsetName = "log.offset"
    static let hostName = "host.name"

    let time: Int64
    /// A sum over all that the event says.
    let key: String
    var path: String?
    var offset: Int64?
    /// Whether its neighbours are known: by its file, or as its recorder printed them.
    let hasNeighbours: Bool

    init(_ event: LogEventView) {
        time = event.timestamp
        key = Self.key(of: event)
        if case .string(let path)? = event.fields[Self.pathName],
            case .integer(let offset)? = event.fields[Self.offsetName]
        {
            self.path = path
            self.offset = offset
        }
        hasNeighbours = path != nil || event.isOfRecorder
    }

    /// - Throws: ``LogSearchRefused`` where the address names no event.
    init(_ fields: FormFields) throws {
        guard let time = fields["time"].flatMap({ Int64($0) }), let key = fields["key"], !key.isEmpty else {
            throw LogSearchRefused(say("logs.noEvent"))
        }
        self.time = time
        self.key = key
        path = fields["path"]
        offset = fields["offset"].flatMap { Int64($0) }
        hasNeighbours = true
    }

    var parameters: [(name: String, value: String?)] {
        [("time", String(time)), ("key", key), ("path", path), ("offset", offset.map { String($0) })]
    }

    /// What of a value is summed up: lines that are alike for longer and of one length differ by where they stand.
    private static let keyedBytes = 1_024

    static func key(of event: LogEventView) -> String {
        var hash = FNV1a()
        for (name, value) in event.fields.sorted(by: { $0.key < $1.key }) {
            for byte in name.utf8 { hash.add(byte) }
            hash.add(0)
            let text = value.text.utf8
            for byte in text.prefix(Self.keyedBytes) { hash.add(byte) }
            for byte in String(text.count).utf8 { hash.add(byte) }
            hash.add(0)
        }
        return String(hash.value, radix: 36)
    }
}

extension LogEventView {
    var isOfRecorder: Bool { fields["input.type"] == .string("recorder") && !camera.isEmpty }

    func text(of name: String) -> String {
        switch name {
        case "message": message
        case "@timestamp": Shown.moment(timestamp)
        default: (fields[name] ?? fields["fields." + name])?.text ?? ""
        }
    }
}
