/// A choice above the panels, whose value stands in expressions as `$name`.
package struct DashboardVariable: Sendable, Encodable, Equatable {
    package enum Kind: String, Sendable, Encodable { case query, custom, interval, textbox, constant, datasource }

    /// From where the options of a query variable come. A text may name other variables.
    package enum Query: Sendable, Encodable, Equatable {
        /// The values of a label, of the series that match.
        case labelValues(label: String, series: String?)
        case labelNames(pattern: String)
        case metrics(pattern: String)
        /// The results of an expression, each as a text.
        case result(String)
        /// The series that match, each as a text.
        case series(String)

        private enum Key: String, CodingKey { case kind, label, series, pattern, expr }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            switch self {
            case .labelValues(let label, let series):
                try container.encode("labelValues", forKey: .kind)
                try container.encode(label, forKey: .label)
                try container.encodeIfPresent(series, forKey: .series)
            case .labelNames(let pattern):
                try container.encode("labelNames", forKey: .kind)
                try container.encode(pattern, forKey: .pattern)
            case .metrics(let pattern):
                try container.encode("metrics", forKey: .kind)
                try container.encode(pattern, forKey: .pattern)
            case .result(let expr):
                try container.encode("result", forKey: .kind)
                try container.encode(expr, forKey: .expr)
            case .series(let series):
                try container.encode("series", forKey: .kind)
                try container.encode(series, forKey: .series)
            }
        }
    }

    package struct Option: Sendable, Encodable, Equatable {
        package let text: String
        package let value: String
    }

    package let name: String
    package let title: String
    package let kind: Kind
    /// Whether it stands above the panels, and whether with its name.
    package var isHidden = false
    package var hasLabel = true
    package var query: Query?
    /// What of each option is taken, and which are left out: a pattern as Grafana writes it, with or without slashes.
    package var regex = ""
    /// In which order: 0 as they come, 1 and 2 by letters, 3 and 4 by numbers, 5 and 6 by letters whatever their case;
    /// even ones backwards. 7 and 8 as people count.
    package var sort = 0
    package var options: [Option] = []
    package var includesAll = false
    /// The pattern that "all" stands for; `nil`: the options joined.
    package var allValue: String?
    package var isMulti = false
    /// What the file has chosen; `$__all` for all.
    package var current: [String] = []
    /// Of an interval: into how many steps the shown time is divided, and the shortest; `nil` where that is no option.
    package var autoCount: Int?
    package var autoMin: String?
}

/// A link above the panels.
package struct DashboardLink: Sendable, Encodable, Equatable {
    package var title: String
    package var url: String
    /// Whether it leads to a list of the dashboards with these tags.
    package var tags: [String]?
    package var keepsTime = false
    package var keepsVariables = false
    package var isNew = false
}

/// Marks over the charts, where an expression has a value that is not zero.
package struct DashboardAnnotation: Sendable, Encodable, Equatable {
    package var name: String
    package var expr: String
    package var color: String
    package var isOn: Bool
    package var isHidden: Bool
    package var step: String?
    package var title: String
    package var text: String
    /// The panels, by their numbers in the file, that have the marks, or that have none of them; all where it is `nil`.
    package var panelIds: [Int]?
    package var isExcept = false
    /// Whether the values are the moments, in milliseconds.
    package var usesValue = false
}
