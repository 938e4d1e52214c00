import Model

/// Spans on their way into a block: each string, shape and class once, and the rest flat.
struct SpanGathering: ~Copyable {
    /// What each span has of its own.
    struct Core: BitwiseCopyable {
        var traceHigh: UInt64
        var traceLow: UInt64
        var span: UInt64
        var parent: UInt64
        var start: Int64
        var end: Int64
        /// Its events and links: the first, and how many.
        var firstEvent: UInt32
        var events: UInt32
        var firstLink: UInt32
        var links: UInt32
    }

    var strings = Interner()
    /// Each a packed list of attributes.
    var resources = Interner()
    /// Each the numbers of its resource, name and version, and a packed list of attributes.
    var scopes = Interner()
    var spans = ClassedRows()
    var events = ClassedRows()
    var links = ClassedRows()
    var cores = Flat<Core>(capacity: 512)
    var scratch = Flat<UInt8>(capacity: 256)

    /// The number of the empty string, which stands for no key.
    let none: UInt32

    init() {
        none = strings.number(of: UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Bytes of a packed attribute: key, kind, value.
    static let attributeBytes = 13

    /// About how many bytes its rows have.
    var approximateBytes: Int { strings.bytesCount + 8 * spans.values.count + 64 * cores.count }

    /// Adds a number to the span that is being added, unless it is 0.
    @inline(__always)
    mutating func addCount(_ kind: ColumnKind, _ count: UInt32) {
        if count > 0 { spans.add(kind, key: none, UInt64(count)) }
    }

    /// Puts what a class of spans has into ``scratch``.
    mutating func packSpanClass(
        shape: UInt32, scope: UInt32, name: UInt32, kind: Span.Kind, status: Span.Status, flags: UInt32
    ) {
        scratch.removeAll()
        scratch.append(number: shape)
        scratch.append(number: scope)
        scratch.append(number: name)
        scratch.append(number: flags)
        scratch.append(kind.rawValue)
        scratch.append(status.rawValue)
    }

    /// Puts what a class of events has into ``scratch``; of links too, whose name is empty.
    mutating func packRowClass(shape: UInt32, name: UInt32) {
        scratch.removeAll()
        scratch.append(number: shape)
        scratch.append(number: name)
    }
}
