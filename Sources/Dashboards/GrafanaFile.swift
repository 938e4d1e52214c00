internal import Foundation

/// A dashboard that cannot be read; the text says where and what to mend.
public struct DashboardError: Error, Sendable, CustomStringConvertible {
    public let path: String
    public let reason: String

    public var description: String { "cannot read the dashboard \(path): \(reason)" }
}

/// A dashboard and what of it we do not draw.
public struct DashboardReading: Sendable {
    public let dashboard: Dashboard
    public let warnings: [String]
}

extension Dashboard {
    /// Reads the JSON of Grafana's dashboard model (schema 30 and later); `path` is for messages.
    /// - Throws: ``DashboardError`` for what is not JSON or not a dashboard.
    public static func read(_ json: String, path: String) throws(DashboardError) -> DashboardReading {
        let file: GrafanaFile
        do {
            file = try JSONDecoder().decode(GrafanaFile.self, from: Data(json.utf8))
        } catch let error as DecodingError {
            throw DashboardError(path: path, reason: error.forPeople)
        } catch {
            throw DashboardError(path: path, reason: "\(error)")
        }
        var warnings: [String] = []
        let panels = file.allPanels.compactMap { panel -> (panel: Panel, place: GrafanaFile.GridPosition)? in
            if panel.type == "row" { return nil }
            guard let drawn = panel.drawn else {
                warnings.append(
                    "panel \"\(panel.title ?? "")\" has type \"\(panel.type ?? "")\", which is not drawn here")
                return nil
            }
            return (drawn, panel.gridPos ?? .init(x: 0, y: 0, w: 12, h: 8))
        }
        let ordered = panels.sorted { ($0.place.y, $0.place.x) < ($1.place.y, $1.place.x) }.map(\.panel)
        let dashboard = Dashboard(
            uid: file.uid ?? path.split(separator: "/").last.map { String($0).replacing(".json", with: "") } ?? path,
            title: file.title ?? "Dashboard", description: file.description ?? "",
            from: file.time?.from ?? "now-1h", to: file.time?.to ?? "now",
            variables: file.templating?.list?.compactMap(\.variable) ?? [], panels: ordered)
        return DashboardReading(dashboard: dashboard, warnings: warnings)
    }
}

/// The part of Grafana's JSON model that we read.
private struct GrafanaFile: Decodable {
    struct GridPosition: Decodable { let x, y, w, h: Int }
    struct Time: Decodable { let from, to: String }
    struct Templating: Decodable { let list: [Variable]? }

    struct Panel: Decodable {
        let id: Int?
        let type: String?
        let title: String?
        let description: String?
        let gridPos: GridPosition?
        let targets: [Target]?
        let fieldConfig: FieldConfig?
        /// Panels of a collapsed row.
        let panels: [Panel]?
    }

    struct Target: Decodable {
        let expr: String?
        let legendFormat: String?
        let hide: Bool?
    }

    struct FieldConfig: Decodable {
        struct Defaults: Decodable {
            struct Thresholds: Decodable { let steps: [Step]? }
            struct Step: Decodable {
                let color: String
                let value: Double?
            }
            struct Custom: Decodable {
                struct Style: Decodable { let mode: String? }
                let thresholdsStyle: Style?
            }
            let unit: String?
            let decimals: Int?
            let min: Double?
            let max: Double?
            let thresholds: Thresholds?
            let custom: Custom?
        }
        let defaults: Defaults?
    }

    /// A query is a text in older files and an object in newer ones.
    enum Query: Decodable {
        case text(String)

        init(from decoder: any Decoder) throws {
            struct Object: Decodable { let query: String? }
            if let text = try? String(from: decoder) {
                self = .text(text)
            } else {
                self = .text((try? Object(from: decoder))?.query ?? "")
            }
        }

        var text: String { if case .text(let text) = self { text } else { "" } }
    }

    struct Variable: Decodable {
        let name: String?
        let label: String?
        let type: String?
        let query: Query?
        let includeAll: Bool?
        let allValue: String?
    }

    let uid: String?
    let title: String?
    let description: String?
    let time: Time?
    let templating: Templating?
    let panels: [Panel]?

    var allPanels: [Panel] { (panels ?? []).flatMap { [$0] + ($0.panels ?? []) } }
}

extension GrafanaFile.Panel {
    fileprivate var drawn: Panel? {
        let kinds: [String: Panel.Kind] = [
            "stat": .stat, "singlestat": .stat, "gauge": .gauge, "bargauge": .gauge, "timeseries": .timeseries,
            "graph": .timeseries,
        ]
        guard let kind = kinds[type ?? ""] else { return nil }
        let defaults = fieldConfig?.defaults
        let lineMode = defaults?.custom?.thresholdsStyle?.mode ?? "off"
        return Panel(
            id: id ?? 0, type: kind, title: title ?? "", description: description ?? "",
            targets: (targets ?? []).filter { $0.hide != true }.compactMap { target in
                target.expr.map { .init(expr: $0, legendFormat: target.legendFormat ?? "__auto") }
            },
            unit: defaults?.unit ?? "short", decimals: defaults?.decimals, min: defaults?.min, max: defaults?.max,
            thresholds: (defaults?.thresholds?.steps ?? []).map { .init(value: $0.value, color: $0.color) },
            lineThresholds: lineMode != "off", width: min(24, max(1, gridPos?.w ?? 12)), height: max(2, gridPos?.h ?? 8)
        )
    }
}

extension GrafanaFile.Variable {
    fileprivate var variable: DashboardVariable? {
        guard let name, type != "datasource" else { return nil }
        let query = query?.text ?? ""
        let parts = query.wholeMatch(of: /\s*label_values\(\s*(?:(.+?)\s*,\s*)?([\p{L}\w]+)\s*\)\s*/)
        let options = query.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        return DashboardVariable(
            name: name, title: label ?? name, label: parts.map { String($0.2) }, metric: parts?.1.map(String.init),
            options: parts == nil ? options : [], includeAll: includeAll ?? false, allValue: allValue)
    }
}

extension DecodingError {
    fileprivate var forPeople: String {
        switch self {
        case .dataCorrupted(let context):
            let detail = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
            return "it is not valid JSON" + (detail.map { ": \($0)" } ?? "")
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context):
            let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
            return "at \(place.isEmpty ? "the top" : place): \(context.debugDescription)"
        @unknown default: return "\(self)"
        }
    }
}
