/// A dashboard that cannot be read; the text says where and what to mend.
package struct DashboardError: Error, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String
    package let line: Int
    package let column: Int

    package var description: String { "cannot read the dashboard \(path): line \(line), column \(column): \(reason)" }
}

/// Something of a file that is not drawn as Grafana draws it.
package struct DashboardLoss: Sendable, Equatable {
    package let line: Int
    package let column: Int
    package let text: String
}

/// A dashboard and what of its file we do not draw.
package struct DashboardReading: Sendable {
    package let dashboard: Dashboard
    package let losses: [DashboardLoss]
}

extension Dashboard {
    /// Larger files are nobody's dashboards.
    package static let bytesMax = 16 << 20
    /// Grafana's have 40 at most.
    private static let uidBytesMax = 200
    /// More would be no page any longer.
    static let panelsMax = 1_000

    /// Reads the JSON of a dashboard as Grafana exports, stores and answers it: its classic model of any age (`rows`,
    /// graph and singlestat panels too), wrapped as its API does or not, and the elements of schema 2.
    /// - Parameter path: of the file, for messages and as the name of a dashboard without one.
    /// - Throws: ``DashboardError`` for what is not JSON or not a dashboard.
    package static func read(_ json: String, path: String) throws(DashboardError) -> DashboardReading {
        let places = TextPlaces(json)
        func refused(_ reason: String, at offset: Int) -> DashboardError {
            let place = places.place(offset)
            return DashboardError(path: path, reason: reason, line: place.line, column: place.column)
        }
        if json.utf8.count > bytesMax { throw refused("the file is longer than \(bytesMax) bytes", at: 0) }
        let file: JSONNode
        do {
            file = try JSONReader.read(json)
        } catch {
            throw refused(error.reason, at: error.offset)
        }
        guard let root = GrafanaShape.classic(file).map({ ExportedParts($0).resolved() }) else {
            throw refused("there are no panels, rows or elements: this is no dashboard of Grafana", at: file.offset)
        }
        for key in ["panels", "rows"] where root["panels"]?.list == nil && root["rows"]?.list == nil {
            if let other = root[key] { throw refused("\"\(key)\" is no list of \(key)", at: other.offset) }
        }
        let losses = Losses()
        let dashboard = Dashboard(root, path: path, losses)
        Oddities.tell(of: root, in: file, losses)
        return DashboardReading(
            dashboard: dashboard,
            losses: losses.all.map { offset, text in
                let place = places.place(offset)
                return DashboardLoss(line: place.line, column: place.column, text: text)
            })
    }

    private init(_ root: JSONNode, path: String, _ losses: Losses) {
        self.init(
            uid: Self.address(root["uid"], losses) ?? Self.name(ofFile: path),
            title: root["title"]?.words ?? Self.name(ofFile: path))
        description = root["description"]?.text ?? ""
        tags = (root["tags"]?.list ?? []).compactMap(\.text)
        from = root["time"]?["from"]?.written ?? "now-1h"
        to = root["time"]?["to"]?.written ?? "now"
        refresh = root["refresh"]?.words.flatMap(GrafanaSpan.seconds)
        variables = (root["templating"]?["list"]?.list ?? []).compactMap { DashboardVariable($0, losses) }
        links = (root["links"]?.list ?? []).compactMap { DashboardLink($0) }
        annotations = (root["annotations"]?["list"]?.list ?? []).compactMap { DashboardAnnotation($0, losses) }
        sections = DashboardSections.read(root, losses)
        if panels.isEmpty { losses.add("there are no panels at the top of the file", root) }
    }

    /// A uid as a part of an address: browsers take dots for steps in it, and it has an end.
    private static func address(_ uid: JSONNode?, _ losses: Losses) -> String? {
        guard let uid, let text = uid.written, !text.isEmpty else { return nil }
        if text != ".", text != "..", text.utf8.count <= uidBytesMax { return text }
        losses.add("the uid is none for an address: the page has the name of the file", uid)
        return nil
    }
}

/// What of a file is not drawn, noted while it is read.
final class Losses {
    /// More are not worth reading.
    private static let most = 500

    private(set) var all: [(offset: Int, text: String)] = []

    /// Titles and queries of a file have no end.
    private static let lettersMax = 300

    func add(_ text: String, _ node: JSONNode) {
        if all.count < Self.most { all.append((node.offset, String(text.prefix(Self.lettersMax)))) }
    }
}

/// Spans of time as Grafana writes them: `30s`, `5m`, `1d`, and `1500` as seconds.
enum GrafanaSpan {
    static func seconds(_ text: String) -> Double? {
        let units: [Substring: Double] = [
            "ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_592_000, "y": 31_536_000, "": 1,
        ]
        let digits = text.prefix { $0.isNumber || $0 == "." }
        guard let count = Double(digits), let unit = units[text.dropFirst(digits.count)] else { return nil }
        return count * unit
    }
}
