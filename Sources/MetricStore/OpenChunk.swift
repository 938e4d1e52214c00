import Base

/// The chunk to which a series appends: the compressed samples so far and what the next one is told relative to.
///
/// The bits of a sample, after the first one's time in 64 bits:
///
///     time    difference of the last two differences of time:
///             0 | 10 + 7 bits | 110 + 14 bits | 1110 + 24 bits | 1111 + 64 bits
///     value   decimal: what the mantissa differs from the one expected, by
///             0 | 10 + 6 bits | 110 + 10 bits | 1110 + 16 bits | 11110 + 32 bits | 111110 + 56 bits
///             | 111111 + the 64 bits of a double that is no mantissa at this scale (stale markers are such)
///     value   XOR: with the bits of the value before:
///             0 | 10 + the bits within the window of before | 11 + 6 bits leading zeros + 6 bits length less 1 + bits
///
/// Prefixes are written first bit first. The mantissa expected is the last one, plus the last step where the last two
/// steps were equal: so a counter that grows evenly takes one bit, as does a value that stays.
struct OpenChunk: Sendable {
    private var writer = BitWriter()
    private(set) var count: Int32 = 0
    private(set) var coding = ChunkCoding.decimal(scale: 0)
    private var escapes: UInt8 = 0
    private var leading: UInt8 = 0
    private var trailing: UInt8 = 0
    private var stepRepeats = false
    private(set) var minTime: Int64 = 0
    private(set) var maxTime: Int64 = 0
    private var timeStep: Int64 = 0
    /// The last mantissa, or the last value's bits with XOR.
    private var last: Int64 = 0
    private var step: Int64 = 0

    init() {}

    /// An empty chunk that begins with the coding of the one before.
    init(coding: ChunkCoding) { self.coding = coding }

    /// Takes up a chunk where it ended: decodes it and encodes it again.
    init(resuming chunk: Chunk) {
        self.init(coding: chunk.coding)
        for sample in chunk.samples() { appendPlainly(sample.time, sample.value) }
    }

    /// The samples so far, sharing the words until the next append.
    var chunk: Chunk {
        Chunk(words: writer.words, minTime: minTime, maxTime: maxTime, count: count, coding: coding)
    }

    var byteCount: Int { writer.words.count * 8 }

    /// Adds a sample that is newer than all before.
    @inline(__always)
    mutating func append(_ time: Int64, _ value: Double) {
        if !coding.isXOR, let mantissa = DecimalScale.mantissa(of: value, at: coding.rawValue) {
            appendDecimal(time, mantissa)
        } else {
            appendSlowly(time, value)
        }
    }

    @inline(never)
    private mutating func appendSlowly(_ time: Int64, _ value: Double) {
        if count == 0 {
            coding = DecimalScale.scale(of: value).map { .decimal(scale: $0) } ?? .xor
            return appendPlainly(time, value)
        }
        if coding.isXOR { return appendXOR(time, value) }
        if let scale = DecimalScale.scale(of: value, from: coding.rawValue + 1) {
            recode(.decimal(scale: scale))
        } else if escapes >= 4, Int32(escapes) * 4 > count {
            recode(.xor)
        }
        appendPlainly(time, value)
    }

    /// Adds a sample in the coding that the chunk has, whatever it costs.
    private mutating func appendPlainly(_ time: Int64, _ value: Double) {
        if coding.isXOR {
            appendXOR(time, value)
        } else if let mantissa = DecimalScale.mantissa(of: value, at: coding.rawValue) {
            appendDecimal(time, mantissa)
        } else {
            appendTime(time)
            writer.append(0b111111, bits: 6)
            writer.append(value.bitPattern, bits: 64)
            if escapes < .max { escapes += 1 }
            count += 1
        }
    }

    private mutating func recode(_ coding: ChunkCoding) {
        var other = OpenChunk(coding: coding)
        for sample in chunk.samples() { other.appendPlainly(sample.time, sample.value) }
        self = other
    }

    @inline(__always)
    private mutating func appendDecimal(_ time: Int64, _ mantissa: Int64) {
        let expected = stepRepeats ? last &+ step : last
        let newStep = mantissa &- last
        stepRepeats = newStep == step
        step = newStep
        last = mantissa
        let (valueBits, valueLength) = OpenChunk.decimalCode(mantissa &- expected)
        let timeDelta = time &- maxTime
        if count > 0, timeDelta == timeStep {
            // The usual case, a bit of no change in the rhythm, together with the value in one write.
            maxTime = time
            writer.append(valueBits &<< 1, bits: valueLength &+ 1)
        } else {
            appendTime(time)
            writer.append(valueBits, bits: valueLength)
        }
        count &+= 1
    }

    /// The code of a residual and its length in bits, at most 62.
    @inline(__always)
    private static func decimalCode(_ residual: Int64) -> (bits: UInt64, length: Int) {
        if residual == 0 { return (0, 1) }
        let magnitude = residual < 0 ? ~residual : residual
        let raw = UInt64(bitPattern: residual)
        if magnitude < 1 << 5 { return (0b01 | (raw & 0x3f) &<< 2, 8) }
        if magnitude < 1 << 9 { return (0b011 | (raw & 0x3ff) &<< 3, 13) }
        if magnitude < 1 << 15 { return (0b0111 | (raw & 0xffff) &<< 4, 20) }
        if magnitude < 1 << 31 { return (0b01111 | (raw & 0xffff_ffff) &<< 5, 37) }
        return (0b011111 | (raw & 0xff_ffff_ffff_ffff) &<< 6, 62)
    }

    private mutating func appendTime(_ time: Int64) {
        defer { maxTime = time }
        if count == 0 {
            minTime = time
            timeStep = 0
            writer.append(UInt64(bitPattern: time), bits: 64)
            return
        }
        let newStep = time &- maxTime
        let change = newStep &- timeStep
        timeStep = newStep
        let magnitude = change < 0 ? ~change : change
        let raw = UInt64(bitPattern: change)
        if change == 0 {
            writer.append(0, bits: 1)
        } else if magnitude < 1 << 6 {
            writer.append(0b01 | (raw & 0x7f) &<< 2, bits: 9)
        } else if magnitude < 1 << 13 {
            writer.append(0b011 | (raw & 0x3fff) &<< 3, bits: 17)
        } else if magnitude < 1 << 23 {
            writer.append(0b0111 | (raw & 0xff_ffff) &<< 4, bits: 28)
        } else {
            writer.append(0b1111, bits: 4)
            writer.append(raw, bits: 64)
        }
    }

    private mutating func appendXOR(_ time: Int64, _ value: Double) {
        appendTime(time)
        let difference = value.bitPattern ^ UInt64(bitPattern: last)
        last = Int64(bitPattern: value.bitPattern)
        if difference == 0 {
            writer.append(0, bits: 1)
        } else {
            let zerosBefore = UInt8(difference.leadingZeroBitCount)
            let zerosBehind = UInt8(difference.trailingZeroBitCount)
            let hasWindow = count > 0 && leading &+ trailing > 0
            if hasWindow, zerosBefore >= leading, zerosBehind >= trailing {
                writer.append(0b01, bits: 2)
                writer.append(difference &>> UInt64(trailing), bits: 64 - Int(leading) - Int(trailing))
            } else {
                leading = zerosBefore
                trailing = zerosBehind
                let length = 64 - Int(leading) - Int(trailing)
                writer.append(0b11 | UInt64(leading) &<< 2 | UInt64(length - 1) &<< 8, bits: 14)
                writer.append(difference &>> UInt64(trailing), bits: length)
            }
        }
        count += 1
    }
}
