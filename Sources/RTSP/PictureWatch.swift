/// Guesses from the sizes of a camera's frames that its picture is frozen or black. A picture that stands still to the
/// bit gives P frames of a few tens of bytes that are nearly all of one size; a still scene with a sensor's noise does
/// not. A black picture makes tiny keyframes as well.
struct PictureWatch {
    /// Nanoseconds.
    let patience: Int64
    /// Sizes of the last P frames, as a ring.
    private var sizes: [Int] = []
    private var next = 0
    private var usualKeyframe = 0.0
    private var keyframe = 0.0
    private var learnedSince: Int64?
    private var stillSince: Int64?

    /// Frames that are compared.
    private static let window = 50
    /// Bytes of a frame of a picture that stands still, at most: 9 to 83 were measured from x264.
    private static let largestStill = 100
    /// How far from the middle one a size may be.
    private static let tolerance = 8
    /// Of a window, how many may be of other sizes: encoders mend the picture behind a keyframe.
    private static let exceptions = 5

    init(patience: Int64) { self.patience = patience }

    /// The stream was interrupted: its frames are judged anew, its normal stays.
    mutating func interrupt() {
        stillSince = nil
        sizes.removeAll(keepingCapacity: true)
        next = 0
    }

    mutating func add(size: Int, isKeyframe: Bool, at now: Int64) {
        if isKeyframe {
            keyframe = Double(size)
            if stillSince == nil {
                usualKeyframe = usualKeyframe == 0 ? keyframe : usualKeyframe + (keyframe - usualKeyframe) / 4
            }
            return
        }
        if sizes.count < Self.window {
            sizes.append(size)
        } else {
            sizes[next] = size
            next = (next + 1) % Self.window
        }
        if isStill {
            if stillSince == nil { stillSince = now }
        } else {
            stillSince = nil
            if learnedSince == nil { learnedSince = now }
        }
    }

    private var isStill: Bool {
        guard sizes.count == Self.window else { return false }
        // Most frames of most cameras are large, and need no sorting.
        guard sizes.count(where: { $0 > Self.largestStill }) <= Self.exceptions else { return false }
        let middle = sizes.sorted()[Self.window / 2]
        return sizes.count { abs($0 - middle) > Self.tolerance } <= Self.exceptions
    }

    func suspicion(at now: Int64) -> ProbeReading.Suspicion? {
        // A camera whose frames were never other than these has nothing that it could be held against.
        guard let stillSince, let learnedSince, now - stillSince >= patience, stillSince - learnedSince >= patience
        else { return nil }
        return keyframe < usualKeyframe * 0.2 ? .black : .frozen
    }
}
