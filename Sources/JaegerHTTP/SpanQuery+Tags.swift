internal import Model

extension SpanQuery.Condition {
    /// What a tag of Jaeger's asks for. Tags that Jaeger adds to a span, and that are no attributes of it, are told from the
    /// others by their names.
    init(tag key: String, _ value: String) {
        switch key {
        case "error" where value == "true": self.init(.status, .equals("error"))
        case "error" where value == "false": self.init(.status, .equals("error"), isNegated: true)
        case "otel.status_code": self.init(.status, .equals(value.lowercased()))
        case "span.kind": self.init(.kind, .equals(value.lowercased()))
        case "service.name": self.init(.service, .equals(value))
        case "event": self.init(.event, .equals(value))
        default: self.init(.attribute(key), .equals(value))
        }
    }
}
