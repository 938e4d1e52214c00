internal import Patterns

/// How a recorder lays the segments of its cameras: a template of their paths.
///
/// In a template stand the escapes of `strftime` as in a ``RecordingPattern``, `{camera}` for a camera's name, `{number}` for
/// its number, `{stream}` and `{recording}` for numbers of eight hexadecimal digits, `{ending}` for the file's, `#` for a
/// number of no meaning, and `*` for anything within a name.
struct RecordingLayout: Sendable {
    /// Where a segment lies in a layout.
    struct Place: Sendable, Hashable {
        /// The folder above what the template tells.
        var folder: String
        var camera: String?
        var number: String?
        var ending: String
    }

    /// The recorder's name, for people.
    let recorder: String
    let template: String
    /// What a camera is called, the shortest name first; a longer one where two would have the same. `{folder}` is the name
    /// of the folder above.
    let names: [String]
    /// Whether numbers are streams of one camera.
    let isNumberStream: Bool
    private let pattern: Pattern
    private let groups: [String]

    private init?(_ recorder: String, _ template: String, names: [String], isNumberStream: Bool = false) {
        self.recorder = recorder
        self.template = template
        self.names = names
        self.isNumberStream = isNumberStream
        var text = "(.*)/"
        var groups = ["folder"]
        for piece in Self.pieces(of: template) {
            switch piece {
            case "{camera}": text += "([^/]+?)"
            case "{number}": text += "([0-9]+)"
            case "{ending}": text += "([A-Za-z0-9]+)"
            case "{stream}": text += "([0-9a-f]{8})"
            case "{recording}": text += "[0-9a-f]{8}"
            case "#": text += "[0-9]+"
            case "*": text += "[^/]*"
            default: text += Self.escapes[piece] ?? Self.quoted(piece)
            }
            if piece.hasPrefix("{"), piece != "{recording}" { groups.append(String(piece.dropFirst().dropLast())) }
        }
        guard let pattern = try? Pattern(text) else { return nil }
        self.pattern = pattern
        self.groups = groups
    }

    /// Where a segment lies, if it lies as the template has it.
    /// - Parameter path: absolute.
    func place(of path: String) -> Place? {
        guard let captures = pattern.captures(in: path, whole: true) else { return nil }
        var found: [String: String] = [:]
        for (name, text) in zip(groups, captures.dropFirst()) { found[name] = text }
        return Place(
            folder: found["folder"] ?? "", camera: found["camera"], number: found["number"] ?? found["stream"],
            ending: found["ending"] ?? "*")
    }

    /// The paths of all segments that lie beside one, as `recordings[].path` has it; without the folder.
    func path(of place: Place) -> String {
        Self.pieces(of: template).map { piece in
            switch piece {
            case "{camera}": RecordingPattern.escaped(place.camera ?? "*")
            case "{number}", "{stream}": place.number ?? "*"
            case "{recording}": "*"
            case "{ending}": place.ending
            case "#": "*"
            default: piece
            }
        }.joined()
    }

    /// The template in pieces: escapes, words in braces, and single characters.
    private static func pieces(of template: String) -> [String] {
        var pieces: [String] = []
        var rest = template[...]
        while let first = rest.first {
            let length =
                first == "%"
                ? 2
                : first == "{"
                    ? (rest.firstIndex(of: "}").map { rest.distance(from: rest.startIndex, to: $0) + 1 } ?? 1) : 1
            pieces.append(String(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }

    private static let escapes = [
        "%Y": "[12][0-9]{3}", "%y": "[0-9]{2}", "%m": "[01][0-9]", "%d": "[0-3][0-9]", "%H": "[0-2][0-9]",
        "%M": "[0-5][0-9]", "%S": "[0-6][0-9]", "%s": "[0-9]{9,13}", "%f": "[0-9]{1,9}", "%p": "[AP]M",
    ]

    private static func quoted(_ text: String) -> String {
        text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "_" } ? text : "\\" + text
    }

    /// Those that are known. The first one that fits is taken, so that closer ones stand before.
    static let all: [RecordingLayout] =
        [
            RecordingLayout("Frigate", "%Y-%m-%d/%H/{camera}/%M.%S.{ending}", names: ["{camera}"]),
            RecordingLayout("ZoneMinder", "{number}/%Y-%m-%d/#/#-video.{ending}", names: monitor),
            RecordingLayout("ZoneMinder", "{number}/%y/%m/%d/%H/%M/%S/#-video.{ending}", names: monitor),
            RecordingLayout("ZoneMinder", "{number}/#/#-video.{ending}", names: monitor),
            RecordingLayout(
                "UniFi Protect", "%Y/%m/%d/{camera}_{number}_rotating_%s.{ending}", names: ["{camera}"],
                isNumberStream: true),
            RecordingLayout(
                "Reolink", "{camera}_{number}_%Y%m%d%H%M%S.{ending}", names: ["{camera}", "{camera}-{number}"]),
            RecordingLayout(
                "Dahua", "%Y-%m-%d/{number}/dav/%H/%H.%M.%S-*.{ending}", names: ["{folder}", "{folder}-{number}"]),
            RecordingLayout("Synology", "%Y%m%d%p/{camera}-%Y%m%d-%H%M%S*.{ending}", names: ["{camera}"]),
            RecordingLayout("Shinobi", "{camera}/%Y-%m-%dT%H-%M-%S.{ending}", names: inFolder),
            RecordingLayout("MediaMTX", "{camera}/%Y-%m-%d_%H-%M-%S-%f.{ending}", names: inFolder),
            RecordingLayout("motionEye", "{camera}/%Y-%m-%d/%H-%M-%S.{ending}", names: inFolder),
            RecordingLayout("motion", "{number}-#-%Y%m%d%H%M%S.{ending}", names: ["{folder}", "{folder}-{number}"]),
            RecordingLayout("motion", "#-%Y%m%d%H%M%S.{ending}", names: ["{folder}"]),
            RecordingLayout("Moonfire", "{stream}{recording}", names: ["moonfire-{number}", "{folder}-{number}"]),
            RecordingLayout("Blue Iris", "{camera}.%Y%m%d_%H%M%S*.{ending}", names: ["{camera}"]),
        ].compactMap(\.self)
        + plain.flatMap { time in
            [
                RecordingLayout(byTime, time + ".{ending}", names: ["{folder}"]),
                RecordingLayout(byTime, "{camera}-" + time + ".{ending}", names: ["{camera}"]),
                RecordingLayout(byTime, "{camera}_" + time + ".{ending}", names: ["{camera}"]),
            ].compactMap(\.self)
        }

    /// The name of a recorder that gives its segments the time alone, as ffmpeg with `-strftime 1`.
    static let byTime = "A recorder"

    private static let monitor = ["monitor-{number}", "{folder}-{number}"]
    private static let inFolder = ["{camera}", "{folder}-{camera}"]
    private static let plain = [
        "%Y%m%d-%H%M%S", "%Y%m%d_%H%M%S", "%Y%m%dT%H%M%S", "%Y-%m-%d_%H-%M-%S", "%Y-%m-%d-%H-%M-%S",
    ]

    /// A folder's path with the escapes in the place of dates, as days and hours have folders of their own.
    /// - Parameter below: how many names stay as they are.
    static func generalised(_ folder: String, below: Int) -> (path: String, name: String) {
        var shown: [String] = []
        var name = ""
        // Which part of a date stood last: 1 a year, 2 a month, 3 a day.
        var level = 0
        for (index, part) in folder.split(separator: "/", omittingEmptySubsequences: false).enumerated() {
            let escape =
                index < below ? nil : dates.first { $0.from == level && $0.pattern?.matchesWhole(String(part)) == true }
            level = escape?.to ?? 0
            shown.append(escape?.text ?? RecordingPattern.escaped(String(part)))
            if escape == nil { name = String(part) }
        }
        return (shown.joined(separator: "/"), name)
    }

    private struct DatePart {
        let from: Int
        let pattern: Pattern?
        let text: String
        let to: Int
    }

    private static let dates = [
        DatePart(from: 0, pattern: try? Pattern("20[0-9]{2}-[01][0-9]-[0-3][0-9]"), text: "%Y-%m-%d", to: 3),
        DatePart(from: 0, pattern: try? Pattern("20[0-9]{2}[01][0-9][0-3][0-9]"), text: "%Y%m%d", to: 3),
        DatePart(from: 0, pattern: try? Pattern("20[0-9]{2}-[01][0-9]"), text: "%Y-%m", to: 2),
        DatePart(from: 0, pattern: try? Pattern("20[0-9]{2}"), text: "%Y", to: 1),
        DatePart(from: 1, pattern: try? Pattern("[01][0-9]"), text: "%m", to: 2),
        DatePart(from: 2, pattern: try? Pattern("[0-3][0-9]"), text: "%d", to: 3),
        DatePart(from: 3, pattern: try? Pattern("[0-2][0-9]"), text: "%H", to: 4),
    ]
}

extension RecordingPattern {
    /// A name that stands for itself in a pattern.
    static func escaped(_ name: String) -> String { name.replacing("%", with: "%%") }
}
