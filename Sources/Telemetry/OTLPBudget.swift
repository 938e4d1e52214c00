/// What one OTLP request may hold. Counted while it is decoded, as a short compressed body may unfold into millions.
struct OTLPBudget {
    /// Points, buckets and quantiles together.
    static let valuesMax = 250_000
    /// Attributes of one point or resource, and elements of a list among them.
    static let attributesMax = 4_096
    /// Attributes of all points, resources and exemplars together.
    static let allAttributesMax = 1_500_000
    static let exemplarsMax = 100_000
    /// Bytes of one point, or of a resource's description, in JSON.
    static let jsonBytesMax = 1 << 20

    private var values = 0
    private var attributes = 0
    private var exemplars = 0

    mutating func take(_ point: OTLPMetrics.Point) throws(OTLPError) {
        values += 1 + point.bucketCounts.count + point.bounds.count + point.quantiles.count
        try Self.checkValues(values)
        exemplars += point.exemplars.count
        try Self.checkExemplars(exemplars)
        try takeAttributes(point.exemplars.reduce(0) { $0 + $1.attributes.count })
    }

    /// Counts a log record.
    mutating func takeRecord() throws(OTLPError) {
        values += 1
        guard values <= Self.valuesMax else {
            throw OTLPError("it holds more than the limit of \(Self.valuesMax) records; send smaller batches")
        }
    }

    /// Counts a JSON list of attributes as it stands there: those of one name become one, and are read all the same.
    mutating func takeListed(_ list: Any?) throws(OTLPError) {
        let count = (list as? [Any])?.count ?? 0
        try Self.checkAttributes(count)
        try takeAttributes(count)
    }

    mutating func takeAttributes(_ count: Int) throws(OTLPError) {
        attributes += count
        guard attributes <= Self.allAttributesMax else {
            throw OTLPError(
                "it holds more than the limit of \(Self.allAttributesMax) attributes; send smaller batches")
        }
    }

    static func checkValues(_ count: Int) throws(OTLPError) {
        guard count <= valuesMax else {
            throw OTLPError("it holds more than the limit of \(valuesMax) points and buckets; send smaller batches")
        }
    }

    static func checkExemplars(_ count: Int) throws(OTLPError) {
        guard count <= exemplarsMax else {
            throw OTLPError("it holds more than the limit of \(exemplarsMax) exemplars; send smaller batches")
        }
    }

    static func checkAttributes(_ count: Int) throws(OTLPError) {
        guard count <= attributesMax else {
            throw OTLPError("a point or resource has more than the limit of \(attributesMax) attributes")
        }
    }
}
