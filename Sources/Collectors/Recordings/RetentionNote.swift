internal import Model

/// Says of which cameras footage is deleted before it is as old as wanted.
enum RetentionNote {
    /// Recorders delete by whole hours, or by a segment's end: so much of what is wanted is kept well enough. The shipped
    /// rule has it, too.
    static let share = 0.98
    private static let shownMax = 10

    static func notes(
        of cameras: [CameraSettings], _ recordings: [String: RecordingShelf.Contents]
    ) -> CameraBoard.Notes {
        let early = cameras.compactMap { camera -> String? in
            guard let wanted = camera.retention, let age = recordings[camera.id]?.reading.deletion?.age,
                age < share * wanted
            else { return nil }
            return "\(camera.id) (\(text(age)) of \(text(wanted)))"
        }.sorted()
        if early.isEmpty { return [] }
        let names = early.prefix(shownMax).joined(separator: ", ") + (early.count > shownMax ? ", …" : "")
        return ["Footage is deleted before it is as old as wanted: \(names). A quota of the recorder may be too small."]
    }

    private static func text(_ seconds: Double) -> String {
        // Of days nobody wants the seconds.
        let step: Int64 = seconds > 86_400 ? 3_600 : seconds > 3_600 ? 60 : 1
        return DurationText.text(milliseconds: Int64(seconds) / step * step * 1_000)
    }
}
