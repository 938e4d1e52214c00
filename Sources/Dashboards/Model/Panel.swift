/// One drawing of a dashboard.
package struct Panel: Sendable, Encodable, Equatable {
    package enum Kind: String, Sendable, Encodable, CaseIterable {
        case timeseries, stat, gauge, bargauge, table, text, logs, piechart
        case stateTimeline = "state-timeline"
        /// What is not drawn here: it stands with its title and says so.
        case placeholder
    }

    package struct Target: Sendable, Encodable, Equatable {
        package var refId = "A"
        package let expr: String
        package let legendFormat: String
        /// Whether one moment is asked for, the end of the shown time.
        package var isInstant = false
        /// `time_series`, `table`, `heatmap`.
        package var format = "time_series"
        /// The shortest step: `30s`.
        package var interval: String?
        /// By how much the step is longer than elsewhere; `nil` for as long.
        package var intervalFactor: Double?

        package init(expr: String, legendFormat: String) {
            self.expr = expr
            self.legendFormat = legendFormat
        }
    }

    package typealias Threshold = FieldStyle.Threshold

    /// A time that is shaded.
    package struct Shade: Sendable, Encodable, Equatable {
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

    /// What a panel of its kind may be told.
    package struct Options: Sendable, Encodable, Equatable {
        package struct Legend: Sendable, Encodable, Equatable {
            package var isShown = true
            package var isTable = false
            package var isRight = false
            /// Names of calculations: `lastNotNull`, `mean`, `max` ….
            package var calcs: [String] = []
            /// The calculation by which its rows are ordered.
            package var sortBy: String?
            package var sortsDown = false
        }

        /// The row below a table's last one.
        package struct Footer: Sendable, Encodable, Equatable {
            /// The calculation of what stands in a column.
            package var calc: String
            /// The columns that have one; all with numbers where none are named.
            package var fields: [String] = []
            /// Whether rows are counted instead.
            package var countsRows = false
        }

        package var legend = Legend()
        /// Calculations of one value from a series' values; the first one counts.
        package var calcs: [String] = []
        /// Whether each row of a table is a value of its own.
        package var showsAll = false
        package var limit: Int?
        /// Which fields count: empty for numbers, `/.*/` for all, or a name or pattern.
        package var fields = ""
        /// `value`, `background`, `background_solid`, `none`.
        package var colorMode: String?
        /// `none`, `area`.
        package var graphMode: String?
        /// `auto`, `value`, `value_and_name`, `name`, `none`.
        package var textMode: String?
        /// `auto`, `horizontal`, `vertical`.
        package var orientation: String?
        /// `basic`, `gradient`, `lcd`.
        package var displayMode: String?
        /// Of a bar gauge: `color`, `text`, `hidden`; and whether only the filled part of a bar is seen.
        package var valueMode: String?
        package var hidesUnfilled: Bool?
        /// Of a bar gauge, where names stand: `auto`, `left`, `top`, `hidden`.
        package var namePlacement: String?
        /// Of a chart: whether no times are written below it.
        package var hidesTimes: Bool?
        /// How large names and values are, in pixels; as large as fits where it is not said.
        package var titleSize: Double?
        package var valueSize: Double?
        /// What stands before and behind a value.
        package var prefix: String?
        package var suffix: String?
        /// Of a text panel: `markdown`, `html`, `code`; rendered, without anything that runs.
        package var html: String?
        /// Of a pie: `pie`, `donut`; what its pieces say: `name`, `value`, `percent`; the order of values: `desc`, `asc`.
        package var pie: String?
        package var pieLabels: [String] = []
        package var pieSort: String?
        /// Of a table: the columns by which it is sorted.
        package var sortBy: String?
        package var sortsDown = false
        package var hidesHead = false
        package var footer: Footer?
        /// Which of several tables is shown first.
        package var frame: Int?
        /// Of a gauge: whether no thresholds stand beside its bow, and whether they are written.
        package var hidesMarks: Bool?
        package var labelsMarks: Bool?
        /// Of logs: the query of our search; why there is none.
        package var logQuery: String?
        /// Of a state timeline: whether what follows itself is one piece, and which pieces have their text: `auto` where there
        /// is room, `always`, `never`.
        package var merge = true
        package var stateTexts: String?

        package init() {}
    }

    /// A step between the answers of the queries and what is drawn.
    package struct Transformation: Sendable, Encodable, Equatable {
        package let id: String
        let options: JSONNode?
        /// The answer of which target it changes; all where it is `nil`.
        package let refId: String?

        package static func == (left: Self, right: Self) -> Bool { left.id == right.id && left.refId == right.refId }
    }

    package var id: Int
    package var type: Kind
    package var title: String
    package var description: String
    /// That as HTML which a page may show, as Grafana reads it as Markdown; `nil` where there is none.
    package var descriptionHTML: String?
    package var targets: [Target]
    package var field = FieldStyle()
    package var overrides: [FieldOverride] = []
    package var options = Options()
    package var transformations: [Transformation] = []
    package var links: [FieldStyle.Link] = []
    /// Columns of 24, and rows of 30 pixels.
    package var x = 0
    package var y = 0
    package var width: Int
    package var height: Int
    /// The variable for each value of which it stands once.
    package var repeats: String?
    package var repeatsDown = false
    package var repeatsMax: Int?
    /// Its own time: `1h`; and how far it is in the past.
    package var timeFrom: String?
    package var timeShift: String?
    /// Whether it stands on the page's ground without a frame.
    package var isTransparent: Bool?
    /// Whether its own time is not told.
    package var hidesOwnTime = false
    package var interval: String?
    package var maxDataPoints: Int?
    /// Why it is not drawn, for people.
    package var notDrawn: String?
    /// Labels that a series may not have other values of; `nil` for any.
    package var only: [String: String]?
    package var shades: [Shade]?

    package init(
        id: Int, type: Kind, title: String, description: String = "", targets: [Target] = [], unit: String? = nil,
        decimals: Int? = nil, min: Double? = nil, max: Double? = nil, thresholds: [Threshold] = [],
        lineThresholds: Bool = false, width: Int, height: Int
    ) {
        self.id = id
        self.type = type
        self.title = title
        self.description = description
        self.targets = targets
        self.width = width
        self.height = height
        field.unit = unit
        field.decimals = decimals
        field.min = min
        field.max = max
        if !thresholds.isEmpty { field.thresholds = thresholds }
        if lineThresholds { field.thresholdsStyle = "dashed" }
    }

    /// From which value on which colour holds.
    package var thresholds: [Threshold] { field.thresholds ?? [] }
}
