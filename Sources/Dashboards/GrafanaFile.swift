internal import Foundation

/// A dashboard that cannot be read; the text says where and what to mend.
package struct DashboardError: Error, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package var description: String { "cannot read the dashboard \(path): \(reason)" }
}

/// A dashboard and what of it we do not draw.
package struct DashboardReading: Sendable {
    package let dashboard: Dashboard
    package let warnings: [String]
}

extension Dashboard {
    /// Reads the JSON of Grafana's dashboard model (schema 30 and later); `path` is for messages.
    /// - Throws: ``DashboardError`` for what is not JSON or not a dashboard.
    package static func read(_ json: String, path: String) throws(DashboardError) -> DashboardReading {
        let file: GrafanaFile
        do {
            file = try JSONDecoder().decode(GrafanaFile.self, from: Data(json.utf8))
        } catch let error as DecodingError {
            throw DashboardError(path: path, reason: error.forPeople)
        } catch {
            throw DashboardError(path: path, reason: "\(error)")
        }
        var warnings: [String] = []
        if file.panels == nil { warnings.append("there are no panels at the top of the file") }
        warnings += file.allParts.compactMap(\.problem).map { "a panel is left out: \($0)" }
        warnings += (file.templating?.value?.list ?? []).compactMap(\.problem).map { "a variable is left out: \($0)" }
        let panels = file.allPanels.compactMap { panel -> (panel: Panel, place: GrafanaFile.GridPosition)? in
            if panel.type == "row" { return nil }
            guard let drawn = panel.drawn else {
                warnings.append(
                    "panel \"\(panel.title ?? "")\" has type \"\(panel.type ?? "")\", which is not drawn here")
                return nil
            }
            return (drawn, panel.gridPos?.value ?? GrafanaFile.GridPosition())
        }
        let ordered = panels.sorted { ($0.place.top, $0.place.left) < ($1.place.top, $1.place.left) }.map(\.panel)
        let dashboard = Dashboard(
            uid: file.uid ?? name(ofFile: path),
            title: file.title ?? "Dashboard", description: file.description ?? "",
            from: file.time?.value?.from ?? "now-1h", to: file.time?.value?.to ?? "now",
            variables: file.templating?.value?.list?.compactMap { $0.value?.variable } ?? [], panels: ordered)
        return DashboardReading(dashboard: dashboard, warnings: warnings)
    }
}

/// The part of Grafana's JSON model that we read.
private struct GrafanaFile: Decodable {
    /// A part that is left out where it is not of the form that is known: the rest is drawn.
    struct Lenient<Part: Decodable>: Decodable {
        let value: Part?
        let problem: String?

        init(from decoder: any Decoder) throws {
            do {
                value = try Part(from: decoder)
                problem = nil
            } catch {
                value = nil
                problem = (error as? DecodingError)?.forPeople ?? "\(error)"
            }
        }
    }

    /// A number, or a text that is one; else none.
    struct Number: Decodable {
        let value: Double?

        init(from decoder: any Decoder) throws {
            let text = try? decoder.singleValueContainer().decode(String.self)
            value = (try? decoder.singleValueContainer().decode(Double.self)) ?? text.flatMap { Double($0) }
        }

        /// The nearest whole number of columns or rows.
        var whole: Int? { value.flatMap { $0.magnitude < 1e6 ? Int($0.rounded()) : nil } }
    }

    struct GridPosition: Decodable {
        var x, y, w, h: Number?

        var top: Double { y?.value ?? 0 }
        var left: Double { x?.value ?? 0 }
    }
    struct Time: Decodable { let from, to: String }
    struct Templating: Decodable { let list: [Lenient<Variable>]? }

    struct Panel: Decodable {
        let id: Int?
        let type: String?
        let title: String?
        let description: String?
        let gridPos: Lenient<GridPosition>?
        let targets: [Lenient<Target>]?
        let fieldConfig: FieldConfig?
        /// Panels of a collapsed row.
        let panels: [Lenient<Panel>]?
    }

    struct Target: Decodable {
        let expr: String?
        let legendFormat: String?
        let hide: Bool?
    }

    struct FieldConfig: Decodable {
        struct Defaults: Decodable {
            struct Thresholds: Decodable { let steps: [Lenient<Step>]? }
            struct Step: Decodable {
                let color: String?
                let value: Number?
                /// A step whose value is no number has no place on the scale.
                let isBottom: Bool

                enum CodingKeys: CodingKey { case color, value }

                init(from decoder: any Decoder) throws {
                    let container = try decoder.container(keyedBy: CodingKeys.self)
                    color = try container.decodeIfPresent(String.self, forKey: .color)
                    value = try container.decodeIfPresent(Number.self, forKey: .value)
                    isBottom = value == nil
                }
            }
            struct Custom: Decodable {
                struct Style: Decodable { let mode: String? }
                let thresholdsStyle: Style?
            }
            let unit: String?
            let decimals: Number?
            let min: Number?
            let max: Number?
            let thresholds: Lenient<Thresholds>?
            let custom: Lenient<Custom>?
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
    let time: Lenient<Time>?
    let templating: Lenient<Templating>?
    let panels: [Lenient<Panel>]?

    var allParts: [Lenient<Panel>] { (panels ?? []).flatMap { [$0] + ($0.value?.panels ?? []) } }
    var allPanels: [Panel] { allParts.compactMap(\.value) }
}

extension GrafanaFile.Panel {
    fileprivate var drawn: Panel? {
        let kinds: [String: Panel.Kind] = [
            "stat": .stat, "singlestat": .stat, "gauge": .gauge, "bargauge": .gauge, "timeseries": .timeseries,
            "graph": .timeseries,
        ]
        guard let kind = kinds[type ?? ""] else { return nil }
        let defaults = fieldConfig?.defaults
        let lineMode = defaults?.custom?.value?.thresholdsStyle?.mode ?? "off"
        return Panel(
            id: id ?? 0, type: kind, title: title ?? "", description: description ?? "",
            targets: (targets ?? []).compactMap(\.value).filter { $0.hide != true }.compactMap { target in
                target.expr.map { .init(expr: $0, legendFormat: target.legendFormat ?? "__auto") }
            },
            unit: defaults?.unit ?? "short", decimals: defaults?.decimals?.whole,
            min: defaults?.min?.value, max: defaults?.max?.value,
            thresholds: (defaults?.thresholds?.value?.steps ?? []).compactMap(\.value).compactMap { step in
                guard step.isBottom || step.value?.value != nil else { return nil }
                return .init(value: step.value?.value, color: step.color ?? "text")
            },
            lineThresholds: lineMode != "off", width: min(24, max(1, gridPos?.value?.w?.whole ?? 12)),
            height: min(200, max(2, gridPos?.value?.h?.whole ?? 8))
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
