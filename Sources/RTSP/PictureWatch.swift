/// Guesses from the sizes of a camera's frames, held against the camera's own normal, that its picture is frozen
/// or black. A still picture makes tiny P frames; a black one makes tiny keyframes as well.
struct PictureWatch {
    /// Nanoseconds.
    let patience: Int64
    private var usual = 0.0
    private var recent = 0.0
    private var usualKeyframe = 0.0
    private var keyframe = 0.0
    private var frames = 0
    private var learnedSince: Int64?
    private var lowSince: Int64?

    init(patience: Int64) { self.patience = patience }

    /// The stream was interrupted: its frames are judged anew, its normal stays.
    mutating func interrupt() {
        lowSince = nil
        recent = usual
    }

    mutating func add(size: Int, isKeyframe: Bool, at now: Int64) {
        let size = Double(size)
        if isKeyframe {
            keyframe = size
            if lowSince == nil {
                usualKeyframe = usualKeyframe == 0 ? size : usualKeyframe + (size - usualKeyframe) / 4
            }
            return
        }
        frames += 1
        if learnedSince == nil { learnedSince = now }
        recent = frames == 1 ? size : recent + (size - recent) / 8
        if frames > 25, recent < usual * 0.2 {
            if lowSince == nil { lowSince = now }
        } else {
            lowSince = nil
            // On the way down it is not yet known whether this is the new normal.
            let pace = recent < usual * 0.5 ? 5_000 : Double(min(frames, 500))
            usual += (size - usual) / pace
        }
    }

    func suspicion(at now: Int64) -> ProbeReading.Suspicion? {
        guard let lowSince, let learnedSince, now - lowSince >= patience, lowSince - learnedSince >= patience else {
            return nil
        }
        return keyframe < usualKeyframe * 0.2 ? .black : .frozen
    }
}
