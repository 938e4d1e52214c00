/// How the values of a field are written and drawn: a panel's own, and what an override changes of it. What is `nil` is
/// not said. Names are those of Grafana's `fieldConfig`.
package struct FieldStyle: Sendable, Encodable, Equatable {
    /// From this value on the colour holds; `nil` is from the bottom.
    package struct Threshold: Sendable, Codable, Equatable {
        package let value: Double?
        package let color: String

        package init(value: Double?, color: String) {
            self.value = value
            self.color = color
        }
    }

    /// What stands instead of a value.
    package struct Mapping: Sendable, Encodable, Equatable {
        package enum Kind: String, Sendable, Encodable { case value, range, regex, special }

        package var kind: Kind
        /// The value as a text, the pattern, or the name of what is special (`null`, `nan`, `null+nan`, `true`, `false`,
        /// `empty`).
        package var match = ""
        package var from: Double?
        package var to: Double?
        package var text: String?
        package var color: String?
    }

    package struct Color: Sendable, Encodable, Equatable {
        /// `fixed`, `shades`, `thresholds`, `palette-classic`, `continuous-GrYlRd` ….
        package var mode: String
        package var fixed: String?
        /// Which value of a series chooses its colour by a threshold: `last`, `min`, `max`.
        package var by: String?
    }

    package struct Link: Sendable, Encodable, Equatable {
        package var title: String
        package var url: String
        package var isNew: Bool
    }

    package var unit: String?
    package var decimals: Int?
    package var min: Double?
    package var max: Double?
    package var displayName: String?
    package var noValue: String?
    package var color: Color?
    package var thresholds: [Threshold]?
    package var thresholdsArePercent: Bool?
    package var mappings: [Mapping]?
    package var links: [Link]?

    // How a chart draws it.

    /// `line`, `bars`, `points`.
    package var drawStyle: String?
    package var lineWidth: Double?
    /// Percent.
    package var fillOpacity: Double?
    /// How colours change over the values: `opacity`, `hue`, `scheme`.
    package var gradient: String?
    /// The name or identifier of the series down to which the area is filled.
    package var fillBelowTo: String?
    /// `linear`, `smooth`, `stepBefore`, `stepAfter`.
    package var lineInterpolation: String?
    /// Lengths of the dashes and the holes between them; empty for a whole line.
    package var dashes: [Double]?
    /// How dashes end: `butt`, `round`, `square`.
    package var dashCap: String?
    /// `auto`, `always`, `never`.
    package var showPoints: String?
    package var pointSize: Double?
    /// `none`, `normal`, `percent`.
    package var stacking: String?
    package var stackingGroup: String?
    /// `left`, `right`, `hidden`, `auto`.
    package var axisPlacement: String?
    package var axisLabel: String?
    package var axisSoftMin: Double?
    package var axisSoftMax: Double?
    /// Whether zero is in the middle of the axis.
    package var axisIsCentered: Bool?
    /// The base of a logarithmic axis; 0 for an even one.
    package var logBase: Double?
    /// Whether a line goes on over times without a value; and if not, over which it does all the same, in milliseconds.
    package var spansNulls: Bool?
    package var spansNullsUpTo: Double?
    /// Whether what is missing counts as zero.
    package var nullsAreZero: Bool?
    /// `negative-Y`, `constant`.
    package var transform: String?
    /// Whether it is not drawn, and whether it does not stand in the legend.
    package var isHidden: Bool?
    package var isOutOfLegend: Bool?
    /// `off`, `line`, `dashed`, `area`, `line+area` ….
    package var thresholdsStyle: String?

    // How a table shows it.

    package var width: Double?
    /// `left`, `center`, `right`.
    package var align: String?
    /// `color-text`, `color-background`, `gauge` ….
    package var cell: String?
    /// Of a gauge in a cell: `basic`, `gradient`, `lcd`.
    package var cellMode: String?
    /// Whether the colour of the cell is its row's.
    package var colorsRow: Bool?
    package var wrapsText: Bool?

    /// Of an override: the names of what holds as if nobody had said it, before what it says itself.
    package var clears: [String]?

    package init() {}
}

/// A change of style for some fields.
package struct FieldOverride: Sendable, Encodable, Equatable {
    /// Which fields: `byName`, `byRegexp`, `byType`, `byFrameRefID`, `byValue`, `byNames`.
    package var matcher: String
    /// What they must be.
    package var names: [String] = []
    /// Of `byNames`: that all others are meant.
    package var isExcept = false
    /// Of `byValue`: the calculation, the comparison and the value.
    package var reducer: String?
    package var operation: String?
    package var value: Double?
    package var style = FieldStyle()
}
