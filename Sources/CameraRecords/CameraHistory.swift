/// All that is known of a camera's past, of which records of any span are made.
public struct CameraHistory: Sendable {
    public var camera: String
    public var connection = ConnectionHistory()
    public var restarts = CounterRises()
    public var footage = FootageSpans()

    public init(camera: String) { self.camera = camera }

    /// What became of the camera in a span of time.
    /// - Parameters:
    ///   - range: what of it is still to come is not known.
    ///   - gapsMax: of more gaps the longest ones are listed.
    public func record(in range: TimeSpan, gapsMax: Int = 1_000) -> CameraRecord {
        var record = CameraRecord(camera: camera, start: range.start, end: range.end)
        countConnection(&record, range)
        countFootage(&record, range, gapsMax)
        return record
    }

    private func countConnection(_ record: inout CameraRecord, _ range: TimeSpan) {
        let up = connection.up.clipped(to: range).total
        let down = connection.down.clipped(to: range).total
        record.upSeconds = Self.seconds(up)
        record.downSeconds = Self.seconds(down)
        record.unknownSeconds = Self.seconds(range.length - up - down)
        record.upPercent = Self.percent(up, of: up + down)
        record.reconnects = connection.reconnects.count { range.start <= $0 && $0 < range.end }
        record.recorderRestarts = restarts.count(in: range)
    }

    private func countFootage(_ record: inout CameraRecord, _ range: TimeSpan, _ gapsMax: Int) {
        let present = footage.present.clipped(to: range)
        let known = footage.known.clipped(to: range)
        let due = known.subtracting(footage.undue)
        let gaps = footage.gaps(in: range)
        record.isRecorded = !known.isEmpty || !present.isEmpty
        record.footageSeconds = Self.seconds(present.total)
        record.estimatedSeconds = Self.seconds(footage.estimated.clipped(to: range).total)
        record.dueSeconds = Self.seconds(due.total)
        record.missingSeconds = Self.seconds(gaps.total)
        // Footage tells of its own time, too.
        let told = TimeSpans(known.spans + present.spans)
        record.footageUnknownSeconds = Self.seconds(range.length - told.total)
        record.footagePercent = Self.percent(due.total - gaps.total, of: due.total)
        record.gapCount = gaps.spans.count
        record.gaps = gaps.spans
        if gaps.spans.count > gapsMax {
            record.gaps = gaps.spans.sorted { ($1.length, $0.start) < ($0.length, $1.start) }.prefix(max(0, gapsMax))
                .sorted { $0.start < $1.start }
        }
    }

    private static func seconds(_ milliseconds: Int64) -> Double { Double(milliseconds) / 1_000 }

    private static func percent(_ part: Int64, of whole: Int64) -> Double? {
        whole > 0 ? 100 * Double(part) / Double(whole) : nil
    }
}
