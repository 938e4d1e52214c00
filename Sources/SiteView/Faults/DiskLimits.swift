/// From when on a filesystem is a worry: the same on pages, in the shipped rules and on the shipped dashboards.
///
/// One that its recorders keep level is none, however full: there it counts whether footage is held for as long as wanted.
package enum DiskLimits {
    /// Percent that are used.
    package static let highPercent = 85.0
    package static let criticalPercent = 95.0
    /// Seconds until nothing is free.
    package static let soonSeconds = 86_400.0
    /// From here on a recorder finds no room.
    static let fullPercent = 99.5
}

extension MountView {
    /// What is wrong with a filesystem.
    package enum Trouble: String, Sendable {
        case readOnly = "Read-only"
        case full = "Full"
        case fillsSoon = "Fills"
        /// Footage goes before it is as old as wanted.
        case keepsTooLittle = "Short"
    }

    package var trouble: Trouble? {
        if isReadOnly, cameras > 0 { return .readOnly }
        if isRecycled { return isShort ? .keepsTooLittle : nil }
        if usedPercent >= DiskLimits.criticalPercent { return .full }
        if let fullInSeconds, fullInSeconds < DiskLimits.soonSeconds { return .fillsSoon }
        return nil
    }

    /// Whether nothing can be written to it.
    var takesNothing: Bool { isReadOnly || usedPercent >= DiskLimits.fullPercent }
}
