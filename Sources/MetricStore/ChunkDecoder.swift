import Base

/// Reads the samples of a chunk one after the other. The format is drawn at ``OpenChunk``.
struct ChunkDecoder {
    private var reader: BitReader
    private let coding: ChunkCoding
    private let divisor: Double
    private var isFirst = true
    private var timeStep: Int64 = 0
    private var last: Int64 = 0
    private var step: Int64 = 0
    private var stepRepeats = false
    private var leading = 0
    private var length = 0
    private(set) var time: Int64 = 0
    private(set) var value = 0.0
    private var isUnsound = false

    init(words: UnsafeBufferPointer<UInt64>, coding: ChunkCoding) {
        reader = BitReader(words)
        self.coding = coding
        divisor = coding.isXOR ? 1 : DecimalScale.power(min(coding.rawValue, DecimalScale.max))
    }

    var hasFailed: Bool { reader.hasFailed || isUnsound }

    /// Decodes the next `count` samples into memory that has room for them.
    mutating func decode(
        _ count: Int, into times: UnsafeMutablePointer<Int64>, _ values: UnsafeMutablePointer<Double>
    ) {
        var index = 0
        while index < count {
            // A sample with the rhythm of the one before begins with a zero bit, and is the usual case.
            let bits = reader.peek()
            if isFirst || coding.isXOR || bits & 1 != 0 {
                next()
                times[index] = time
                values[index] = value
                index += 1
            } else if bits & 2 == 0 {
                let run = min(max(1, bits.trailingZeroBitCount / 2), count - index)
                reader.skip(run * 2)
                decodeRun(run, into: times + index, values + index)
                index += run
            } else {
                decodeInRhythm(bits &>> 1)
                times[index] = time
                values[index] = value
                index += 1
            }
        }
    }

    /// Samples each of which is told by two zero bits: the rhythm goes on, and so does the value's change.
    @inline(__always)
    private mutating func decodeRun(
        _ count: Int, into times: UnsafeMutablePointer<Int64>, _ values: UnsafeMutablePointer<Double>
    ) {
        for index in 0..<count {
            time &+= timeStep
            times[index] = time
        }
        if stepRepeats, step != 0 {
            for index in 0..<count {
                last &+= step
                values[index] = Double(last) / divisor
            }
            value = values[count - 1]
        } else {
            value = Double(last) / divisor
            for index in 0..<count { values[index] = value }
            // As if told one by one: the first of them ends the change, the second is its first repetition.
            stepRepeats = stepRepeats || step == 0 || count > 1
            step = 0
        }
    }

    /// A sample in the rhythm whose value is told by the lowest of `bits`.
    @inline(__always)
    private mutating func decodeInRhythm(_ bits: UInt64) {
        time &+= timeStep
        let residual: Int64
        switch (~bits).trailingZeroBitCount {
        case 1:
            residual = ChunkDecoder.signed(bits &>> 2, 6)
            reader.skip(9)
        case 2:
            residual = ChunkDecoder.signed(bits &>> 3, 10)
            reader.skip(14)
        case 3:
            residual = ChunkDecoder.signed(bits &>> 4, 16)
            reader.skip(21)
        case 4:
            residual = ChunkDecoder.signed(bits &>> 5, 32)
            reader.skip(38)
        case 5:
            residual = ChunkDecoder.signed(bits &>> 6, 56)
            reader.skip(63)
        default:
            reader.skip(7)
            value = Double(bitPattern: reader.read(64))
            return
        }
        add(residual)
    }

    /// The lowest `count` bits as a number in two's complement.
    @inline(__always)
    private static func signed(_ bits: UInt64, _ count: Int64) -> Int64 {
        (Int64(bitPattern: bits) &<< (64 &- count)) &>> (64 &- count)
    }

    /// Takes what the mantissa differs from the one expected.
    @inline(__always)
    private mutating func add(_ residual: Int64) {
        let mantissa = (stepRepeats ? last &+ step : last) &+ residual
        let newStep = mantissa &- last
        stepRepeats = newStep == step
        step = newStep
        last = mantissa
        value = Double(mantissa) / divisor
    }

    /// Moves to the next sample.
    @inline(__always)
    mutating func next() {
        if isFirst {
            time = Int64(bitPattern: reader.read(64))
            isFirst = false
        } else {
            nextTime()
        }
        if coding.isXOR { nextXOR() } else { nextDecimal() }
    }

    @inline(__always)
    private mutating func nextTime() {
        let bits = reader.peek()
        let change: Int64
        switch (~bits).trailingZeroBitCount {
        case 0:
            reader.skip(1)
            change = 0
        case 1:
            reader.skip(2)
            change = reader.readSigned(7)
        case 2:
            reader.skip(3)
            change = reader.readSigned(14)
        case 3:
            reader.skip(4)
            change = reader.readSigned(24)
        default:
            reader.skip(4)
            change = reader.readSigned(64)
        }
        timeStep &+= change
        time &+= timeStep
    }

    @inline(__always)
    private mutating func nextDecimal() {
        let bits = reader.peek()
        let residual: Int64
        switch (~bits).trailingZeroBitCount {
        case 0:
            reader.skip(1)
            residual = 0
        case 1:
            reader.skip(2)
            residual = reader.readSigned(6)
        case 2:
            reader.skip(3)
            residual = reader.readSigned(10)
        case 3:
            reader.skip(4)
            residual = reader.readSigned(16)
        case 4:
            reader.skip(5)
            residual = reader.readSigned(32)
        case 5:
            reader.skip(6)
            residual = reader.readSigned(56)
        default:
            reader.skip(6)
            value = Double(bitPattern: reader.read(64))
            return
        }
        add(residual)
    }

    @inline(__always)
    private mutating func nextXOR() {
        let bits = reader.peek()
        if bits & 1 == 0 {
            reader.skip(1)
        } else {
            reader.skip(2)
            if bits & 2 != 0 {
                leading = Int(reader.read(6))
                length = Int(reader.read(6)) + 1
            }
            let trailing = 64 - leading - length
            if trailing < 0 || length == 0 {
                isUnsound = true
                return
            }
            last ^= Int64(bitPattern: reader.read(length) &<< UInt64(trailing))
        }
        value = Double(bitPattern: UInt64(bitPattern: last))
    }
}
