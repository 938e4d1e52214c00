import Base
import Model
import TestSupport
import Testing

@testable import TraceStore

@Suite("Parts of the trace store")
struct PartTests {
    @Test("a flat list grows, keeps what it has, and takes lists and runs")
    func flat() {
        var list = Flat<UInt32>(capacity: 1)
        var wanted: [UInt32] = []
        for number in 0..<1_000 as Range<UInt32> {
            list.append(number)
            wanted.append(number)
            if number % 100 == 0 {
                list.append(repeating: number, count: 70)
                wanted += [UInt32](repeating: number, count: 70)
            }
        }
        wanted.withUnsafeBufferPointer { list.append(contentsOf: $0) }
        wanted += wanted
        list[5] = 77
        wanted[5] = 77
        #expect(Array(list.elements) == wanted && list.count == wanted.count && list.bytes.count == wanted.count * 4)
        list.removeAll()
        #expect(list.count == 0 && list.elements.isEmpty)
        var bytes = Flat<UInt8>()
        bytes.append(number: UInt32(0x0403_0201))
        bytes.append(number: UInt64(0x0807_0605_0403_0201))
        bytes.append(varint: 300)
        #expect(Array(bytes.elements) == [1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 0xac, 2])
    }

    @Test("an interner gives each string one number, as a dictionary would")
    func interner() {
        var random = SeededGenerator(for: "strings")
        var interner = Interner()
        var known: [[UInt8]: UInt32] = [:]
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...20, using: &random)
            let string = (0..<length).map { _ in UInt8.random(in: 0...(length < 8 ? 3 : 1), using: &random) }
            let number = string.withUnsafeBytes { interner.number(of: $0) }
            #expect(number == known[string] ?? UInt32(known.count))
            known[string] = number
        }
        #expect(interner.count == known.count)
        for (string, number) in known { #expect(Array(interner[number]) == string) }
    }

    @Test("a filter has all that was put in, and little else")
    func filter() {
        var random = SeededGenerator(for: "hashes")
        var hashes = Flat<UInt64>()
        for _ in 0..<5_000 { hashes.append(random.next()) }
        for (bits, most) in [(HashFilter.bitsOfTrace, 30), (HashFilter.bitsOfValue, 120)] {
            let filter = HashFilter.bytes(hashes, bitsEach: bits)
            #expect((0..<hashes.count).allSatisfy { HashFilter.mayHold(hashes[$0], in: filter) })
            let wrong = (0..<10_000).count { _ in HashFilter.mayHold(random.next(), in: filter) }
            #expect(wrong < most, "\(bits) bits")
        }
        #expect(!HashFilter.mayHold(1, in: []))
    }

    @Test("a filter finds numbers however they are written, and texts that are equal though their bytes differ")
    func filterValues() {
        let key = HashFilter.hash(key: "k")
        var hashes = Flat<UInt64>()
        hashes.append(HashFilter.hash(key, number: Double(200)))
        hashes.append(HashFilter.hash(key, number: -0.0))
        hashes.append(HashFilter.hash(key, number: -.nan))
        "e\u{301}".utf8.withContiguousStorageIfAvailable {
            hashes.append(HashFilter.storedHash(key, text: UnsafeRawBufferPointer($0)))
        }
        let filter = HashFilter.bytes(hashes, bitsEach: 16)
        #expect(HashFilter.mayHold(HashFilter.hash(key, number: 200.0), in: filter))
        #expect(HashFilter.mayHold(HashFilter.hash(key, number: 0), in: filter))
        #expect(HashFilter.mayHold(HashFilter.hash(key, number: .nan), in: filter))
        #expect(HashFilter.mayHold(key, equalTo: "é", in: filter))
    }

    @Test("times come back as they were, whatever parents there are and however far they lie")
    func times() {
        var random = SeededGenerator(for: "times")
        for round in 0..<300 {
            let count = Int.random(in: 1...30, using: &random)
            let traces = round % 2 == 0 ? [count] : [count / 2, count - count / 2].filter { $0 > 0 }
            var parents = Flat<Int32>()
            var starts = Flat<UInt64>()
            var durations = Flat<UInt64>()
            var first = 0
            for trace in traces {
                for row in first..<first + trace {
                    let parent = row > first && row % 4 != 0 ? Int.random(in: first..<row, using: &random) : -1
                    parents.append(Int32(parent))
                    starts.append(round % 3 == 0 ? random.next() : UInt64.random(in: 0..<1_000, using: &random))
                    durations.append(round % 3 == 0 ? random.next() : UInt64.random(in: 0..<1_000, using: &random))
                }
                first += trace
            }
            let wanted = (Array(starts.elements), Array(durations.elements))
            let rows = SpanTimes.Rows(parents: parents, traces: traces)
            SpanTimes.encode(rows, starts: &starts, durations: &durations, first: 17)
            SpanTimes.decode(rows, starts: &starts, durations: &durations, first: 17)
            #expect(Array(starts.elements) == wanted.0 && Array(durations.elements) == wanted.1)
        }
    }

    @Test(
        "decimals with few digits are whole numbers, and only where they come back as they were",
        arguments: [
            (0.5, 1, 5), (1.25, 2, 125), (-3.333, 3, -3_333), (0, 0, 0), (1e6, 0, 1_000_000), (0.1 + 0.2, 6, nil),
            (-0.0, 6, nil), (.nan, 3, nil), (.infinity, 0, nil), (1e300, 0, nil),
        ] as [(Double, Int, Int64?)])
    func decimals(number: Double, digits: Int, whole: Int64?) {
        #expect(DecimalNumber.whole(number.bitPattern, digits) == whole)
    }
}
