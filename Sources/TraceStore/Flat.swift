/// Elements one after the other in memory of their own, which grows: an array for the inner loops of the store, never
/// shared and never copied. Places are checked.
struct Flat<Element: BitwiseCopyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private(set) var count = 0
    private var capacity: Int

    init(capacity: Int = 16) {
        self.capacity = max(1, capacity)
        base = .allocate(capacity: self.capacity)
    }

    init(repeating element: Element, count: Int) {
        self.init(capacity: count)
        base.initialize(repeating: element, count: count)
        self.count = count
    }

    deinit { base.deallocate() }

    /// The elements; good until one is added.
    var elements: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: base, count: count) }

    /// The elements as bytes; good until one is added.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(elements) }

    subscript(index: Int) -> Element {
        @inline(__always) get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "BUG: there is no such element")
            return base[index]
        }
        @inline(__always) set {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "BUG: there is no such element")
            base[index] = newValue
        }
    }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count == capacity { grow(1) }
        base[count] = element
        count &+= 1
    }

    mutating func append(contentsOf source: UnsafeBufferPointer<Element>) {
        guard let start = source.baseAddress else { return }
        if capacity - count < source.count { grow(source.count) }
        (base + count).update(from: start, count: source.count)
        count += source.count
    }

    mutating func append(repeating element: Element, count more: Int) {
        if capacity - count < more { grow(more) }
        (base + count).update(repeating: element, count: more)
        count += more
    }

    mutating func removeAll() { count = 0 }

    @inline(never)
    private mutating func grow(_ more: Int) {
        capacity = max(count + more, capacity * 2)
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }
}

extension Flat<UInt8> {
    /// Adds the bytes of a number.
    @inline(__always)
    mutating func append(number: UInt32) { withUnsafeBytes(of: number.littleEndian) { append(bytes: $0) } }

    @inline(__always)
    mutating func append(number: UInt64) { withUnsafeBytes(of: number.littleEndian) { append(bytes: $0) } }

    mutating func append(bytes: UnsafeRawBufferPointer) { append(contentsOf: bytes.bindMemory(to: UInt8.self)) }

    @inline(__always)
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest > 0x7f {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
