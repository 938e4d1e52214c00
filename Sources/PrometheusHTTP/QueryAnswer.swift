internal import Base
internal import HTTPKit
internal import Hummingbird
internal import Model
internal import NIOCore
internal import PromQL

/// The answer of a query as JSON, written piece by piece, so that a wide one takes no more memory than a piece.
struct QueryAnswer {
    private let result: QueryResult
    private let seriesCount: Int
    private let warnings: [String]
    private var nextSeries = 0
    private var hasBegun = false
    private var grid = TimeGrid()
    /// What stands behind the result in `data`, already as JSON.
    private let statistics: JSONBytes?

    /// - Parameters:
    ///   - limit: how many series are written; more are told in a warning.
    ///   - statistics: the value of `stats`, where it was asked for.
    init(_ result: QueryResult, limit: Int, statistics: JSONBytes? = nil) {
        self.result = result
        self.statistics = statistics
        let count = result.value.seriesCount
        seriesCount = min(count, limit)
        warnings = result.warnings + (count > limit ? [APIAnswer.cutWarning] : [])
    }

    /// Bytes of a piece.
    private static let pieceSize = 128 << 10

    /// The answer: whole where it is one piece, otherwise sent while it is written.
    var response: Response {
        var answer = self
        var first = JSONBytes()
        if answer.write(to: &first) {
            return .json(.ok, first.bytes)
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody { [answer, first] writer in
                var answer = answer
                var json = first
                var isDone = false
                while true {
                    try await writer.write(ByteBuffer(bytes: json.bytes))
                    if isDone { break }
                    json.removeAll()
                    isDone = answer.write(to: &json)
                }
                try await writer.finish(nil)
            })
    }

    /// Writes the next piece.
    /// - Returns: whether it was the last.
    private mutating func write(to json: inout JSONBytes) -> Bool {
        if !hasBegun {
            hasBegun = true
            json.raw(#"{"status":"success","data":{"resultType":""#)
            begin(&json)
        }
        while nextSeries < seriesCount {
            if json.bytes.count > Self.pieceSize { return false }
            writeSeries(&json)
            nextSeries += 1
        }
        if result.value.isList { json.raw("]") }
        if let statistics {
            json.raw(#","stats":"#)
            json.append(statistics)
        }
        json.raw("}")
        json.notes(warnings: warnings, infos: result.infos)
        json.raw("}")
        return true
    }

    private func begin(_ json: inout JSONBytes) {
        switch result.value {
        case .scalar(let sample):
            json.raw(#"scalar","result":"#)
            json.sample(sample.timestamp, sample.value)
        case .string(let text, let time):
            json.raw(#"string","result":["#)
            json.timestamp(time)
            json.raw(",")
            json.string(text)
            json.raw("]")
        case .vector: json.raw(#"vector","result":["#)
        case .matrix: json.raw(#"matrix","result":["#)
        }
    }

    private mutating func writeSeries(_ json: inout JSONBytes) {
        switch result.value {
        case .scalar, .string: break
        case .vector(let series):
            json.raw(nextSeries == 0 ? #"{"metric":"# : #",{"metric":"#)
            json.labels(series[nextSeries].labels)
            json.raw(#","value":"#)
            json.sample(series[nextSeries].sample.timestamp, series[nextSeries].sample.value)
            json.raw("}")
        case .matrix(let series):
            json.raw(nextSeries == 0 ? #"{"metric":"# : #",{"metric":"#)
            json.labels(series[nextSeries].labels)
            json.raw(#","values":["#)
            json.samples(series[nextSeries], &grid)
            json.raw("]}")
        }
    }
}

extension QueryResult.Value {
    fileprivate var seriesCount: Int {
        switch self {
        case .scalar, .string: 0
        case .vector(let series): series.count
        case .matrix(let series): series.count
        }
    }

    fileprivate var isList: Bool {
        switch self {
        case .scalar, .string: false
        case .vector, .matrix: true
        }
    }
}

/// Times as they stand in JSON, kept from one series to the next: those of a range query are the same for most.
struct TimeGrid {
    private var times: [Int64] = []
    /// Each time between its bracket and the quote of the value: `[1700000000.5,"`.
    private var text: [UInt8] = []
    private var ends: [Int] = []

    /// Makes the grid that of `times`, if it is not already.
    mutating func adopt(_ times: [Int64]) {
        let isSame = times.withUnsafeBufferPointer { new in
            self.times.withUnsafeBufferPointer { $0.count == new.count && $0.baseAddress == new.baseAddress }
        }
        if isSame || times == self.times { return }
        self.times = times
        text.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        ends.reserveCapacity(times.count)
        var json = JSONBytes()
        for time in times {
            json.raw("[")
            json.timestamp(time)
            json.raw(",\"")
            ends.append(json.bytes.count)
        }
        text = json.bytes
    }

    /// Gives the text of all times, and where each ends in it, to `body`.
    func withTexts(_ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Int>) -> Void) {
        text.withUnsafeBufferPointer { text in ends.withUnsafeBufferPointer { body(text, $0) } }
    }
}

extension JSONBytes {
    /// A series' samples with commas between them.
    mutating func samples(_ series: SeriesColumn, _ grid: inout TimeGrid) {
        grid.adopt(series.timestamps)
        grid.withTexts { text, ends in
            guard let textBase = text.baseAddress else { return }
            // A sample: its time, the value, and `"],`.
            let bound = text.count + ends.count * (FloatText.bytesMax + 3)
            appendUnsafely(atMost: bound) { target in
                var count = 0
                var start = 0
                series.values.withUnsafeBufferPointer { values in
                    for index in 0..<ends.count {
                        let length = ends[index] - start
                        (target + count).update(from: textBase + start, count: length)
                        start = ends[index]
                        count += length
                        count += FloatText.write(values[index], .plain, to: target + count)
                        target[count] = UInt8(ascii: "\"")
                        target[count + 1] = UInt8(ascii: "]")
                        target[count + 2] = UInt8(ascii: ",")
                        count += 3
                    }
                }
                return max(0, count - 1)
            }
        }
    }
}
