/// Follows the sequence numbers of an RTP source over losses, late packets and restarts (RFC 3550, appendix A.1).
struct SequenceTracker {
    enum Step: Equatable {
        /// The next packet, after so many lost ones.
        case next(lost: Int)
        /// Late or repeated: not to be counted.
        case late
        /// The source began anew.
        case restart
    }

    private static let maxGap = 3_000

    private var expected: UInt16?
    private var source: UInt32 = 0
    private var restartCandidate: UInt16?

    mutating func take(_ sequence: UInt16, source newSource: UInt32) -> Step {
        guard let expected, source == newSource else {
            let isFirst = expected == nil
            source = newSource
            expected = sequence &+ 1
            return isFirst ? .next(lost: 0) : .restart
        }
        let gap = Int(sequence &- expected)
        if gap < Self.maxGap {
            self.expected = sequence &+ 1
            restartCandidate = nil
            return .next(lost: gap)
        }
        // Two packets in a row, away from where they should be: the source began to count anew.
        if restartCandidate == sequence {
            self.expected = sequence &+ 1
            restartCandidate = nil
            return .restart
        }
        restartCandidate = sequence &+ 1
        return .late
    }
}
