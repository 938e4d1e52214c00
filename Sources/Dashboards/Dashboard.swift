/// A Grafana dashboard, as far as we draw it: what the pages and the API are given.
public struct Dashboard: Sendable, Codable, Equatable {
    public let uid: String
    public let title: String
    public let description: String
    /// The range shown at first, as Grafana writes it: `now-1h`.
    public let from: String
    public let to: String
    public let variables: [DashboardVariable]
    /// In reading order: from the top, then from the left.
    public let panels: [Panel]
    /// Why it is not drawn, or not as its file has it now; for people.
    public var problem: String?

    /// What stands in the place of a dashboard that cannot be read: its page says why.
    /// - Parameter path: of its file, whose name is the page's.
    public static func unreadable(path: String, because problem: String) -> Dashboard {
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
public struct DashboardVariable: Sendable, Codable, Equatable {
    public let name: String
    public let title: String
    /// The label whose values are the options, of the series of ``metric``; `nil` where the options are fixed.
    public let label: String?
    public let metric: String?
    public let options: [String]
    public let includeAll: Bool
    /// The pattern that "all" stands for; `nil`: the options joined.
    public let allValue: String?
}

/// One drawing.
public struct Panel: Sendable, Codable, Equatable {
    public enum Kind: String, Sendable, Codable {
        case stat, gauge, timeseries
    }

    public struct Target: Sendable, Codable, Equatable {
        public let expr: String
        public let legendFormat: String

        public init(expr: String, legendFormat: String) {
            self.expr = expr
            self.legendFormat = legendFormat
        }
    }

    /// From this value on the colour holds; `nil` is from the bottom.
    public struct Threshold: Sendable, Codable, Equatable {
        public let value: Double?
        public let color: String

        public init(value: Double?, color: String) {
            self.value = value
            self.color = color
        }
    }

    public let id: Int
    public let type: Kind
    public let title: String
    public let description: String
    public let targets: [Target]
    /// Grafana's name of the unit: `percent`, `bytes`, `ms` ….
    public let unit: String
    public let decimals: Int?
    public let min: Double?
    public let max: Double?
    public let thresholds: [Threshold]
    /// Whether a time series shows its thresholds as lines.
    public let lineThresholds: Bool
    /// Columns of 24, and rows of 30 pixels.
    public let width: Int
    public let height: Int

    public init(
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
