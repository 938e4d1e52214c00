import Model

/// What a column holds. The numbers stand in stored files; the first are those of ``SpanBatch/Attribute/Kind``.
enum ColumnKind: UInt8 {
    case string = 0
    case boolean = 1
    case integer = 2
    case number = 3
    case bytes = 4
    case json = 5
    // What few spans have, and is no attribute. Only these have no key.
    case statusMessage = 16
    case traceState = 17
    case droppedAttributes = 18
    case droppedEvents = 19
    case droppedLinks = 20
    case eventCount = 21
    case linkCount = 22
    /// From the span's start.
    case eventTime = 23
    case linkTraceHigh = 24
    case linkTraceLow = 25
    case linkSpan = 26

    /// Whether its values are strings.
    var isText: Bool {
        switch self {
        case .string, .bytes, .json, .statusMessage, .traceState: true
        default: false
        }
    }

    /// Whether it is an attribute.
    var isAttribute: Bool { rawValue < 16 }
}
