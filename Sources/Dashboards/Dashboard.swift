/// A Grafana dashboard, as far as we draw it: what the pages and the API are given.
package struct Dashboard: Sendable, Codable, Equatable {
    package let uid: String
    package let title: String
    package let description: String
    /// The range shown at first, as Grafana writes it: `now-1h`.
    package let from: String
    package let to: String
    package let variables: [DashboardVariable]
    /// In reading order: from the top, then from the left.
    package let panels: [Panel]
    /// Why it is not drawn, or not as its file has it now; for people.
    package var problem: String?

    /// What stands in the place of a dashboard that cannot be read: its page says why.
    /// - Parameter path: of its file, whose name is the page's.
    package static func unreadable(path: String, because problem: String) -> Dashboard {
        let name = name(ofFile: path)
        return Dashboard(
            uid: name, title: name, description: "", from: "now-1h", to: "now", variables: [], panels: [],
            problem: problem)
    }

    static func name(ofFile path: String) -> String {
        path.split(separator: "/").last.map { String($0).replacing(".json", with: "") } ?? path
    }
}

/// A choice above the panels, whose value stands in expressions as `$name`.
package struct DashboardVariable: Sendable, Codable, Equatable {
    package let name: String
    package let title: String
    /// The label whose values are the options, of the series of ``metric``; `nil` where the options are fixed.
    package let label: String?
    package let metric: String?
    package let options: [String]
    package let includeAll: Bool
    /// The pattern that "all" stands for; `nil`: the options joined.
    package let allValue: String?
}

/// One drawing.
package struct Panel: Sendable, Codable, Equatable {
    package enum Kind: String, Sendable, Codable {
        case stat, gauge, timeseries
    }

    package struct Target: Sendable, Codable, Equatable {
        package let expr: String
        package let legendFormat: String

        package init(expr: String, legendFormat: String) {
            self.expr = expr
            self.legendFormat = legendFormat
        }
    }

    /// From this value on the colour holds; `nil` is from the bottom.
    package struct Threshold: Sendable, Codable, Equatable {
        package let value: Double?
        package let color: String

        package init(value: Double?, color: String) {
            self.value = value
            self.color = color
        }
    }

    package let id: Int
    package let type: Kind
    package let title: String
    package let description: String
    package let targets: [Target]
    /// Grafana's name of the unit: `percent`, `bytes`, `ms` ….
    package let unit: String
    package let decimals: Int?
    package let min: Double?
    package let max: Double?
    package let thresholds: [Threshold]
    /// Whether a time series shows its thresholds as lines.
    package let lineThresholds: Bool
    /// A time that is shaded.
    package struct Shade: Sendable, Codable, Equatable {
        /// Milliseconds since the Unix epoch; without an end it goes on.
        package let start: Int64
        package let end: Int64?
        package let color: String

        package init(start: Int64, end: Int64?, color: String) {
            self.start = start
            self.end = end
            self.color = color
        }
    }

    /// Labels that a series may not have other values of; `nil` for any.
    package var only: [String: String]?
    package var shades: [Shade]?
    /// Columns of 24, and rows of 30 pixels.
    package let width: Int
    package let height: Int

    package init(
        id: Int, type: Kind, title: String, description: String, targets: [Target], unit: String, decimals: Int? = nil,
        min: Double? = nil, max: Double? = nil, thresholds: [Threshold] = [], lineThresholds: Bool = false, width: Int,
        height: Int
    ) {
        self.id = id
        self.type = type
        self.title = title
        self.description = description
        self.targets = targets
        self.unit = unit
        self.decimals = decimals
        self.min = min
        self.max = max
        self.thresholds = thresholds
        self.lineThresholds = lineThresholds
        self.width = width
        self.height = height
    }
}
