internal import Intervals

/// What is meant of a camera at a moment: whether it is to be recorded, and whether anything is to be told of it.
struct CameraPlan {
    private(set) var isRecorded = true
    private(set) var isMaintained = false
    /// When it began to be so, where it was otherwise before; milliseconds since the Unix epoch.
    private(set) var recordedSince: Int64?
    private(set) var toldSince: Int64?
    /// The minute that was looked at, and what was meant then: calendars are dear.
    private var minute: Int64?
    private var settings: CameraSettings?

    mutating func follow(_ camera: CameraSettings, now: Int64) {
        guard camera.record == .motion || !camera.recordTimes.isEmpty || !camera.maintenance.isEmpty else {
            self = CameraPlan()
            return
        }
        if minute == now / 60_000, settings == camera { return }
        (minute, settings) = (now / 60_000, camera)
        let isRecorded = camera.recordTimes.isEmpty || camera.recordTimes.contains { $0.contains(now) }
        let isMaintained = camera.maintenance.contains { $0.contains(now) }
        if isRecorded, !self.isRecorded { recordedSince = now }
        if !isMaintained, self.isMaintained { toldSince = now }
        (self.isRecorded, self.isMaintained) = (isRecorded, isMaintained)
    }
}
