/// What one OTLP request may hold. Counted while it is decoded, as a short compressed body may unfold into millions.
struct OTLPBudget {
    /// Points, buckets and quantiles together.
    static let valuesMax = 250_000
    /// Attributes of one point or resource, and elements of a list among them.
    static let attributesMax = 4_096
    /// Bytes of one point, or of a resource's description, in JSON.
    static let jsonBytesMax = 1 << 20

    private var values = 0

    mutating func take(_ point: OTLPMetrics.Point) throws(OTLPError) {
        values += 1 + point.bucketCounts.count + point.bounds.count + point.quantiles.count
        guard values <= Self.valuesMax else {
            throw OTLPError(
                "it holds more than the limit of \(Self.valuesMax) points and buckets; send smaller batches")
        }
    }

    static func checkAttributes(_ count: Int) throws(OTLPError) {
        guard count <= attributesMax else {
            throw OTLPError("a point or resource has more than the limit of \(attributesMax) attributes")
        }
    }
}
