import Foundation
package import Model

/// Says of events that a pipeline let pass what they would say of themselves without it: a line of which no filter made
/// anything is found by its level, its time, its camera and its trace all the same.
package struct UntouchedEvents: Sendable {
    private let zone: LineZone

    /// - Parameter timeZone: where times are of that name no zone; `nil` is the host's.
    package init(timeZone: String?) { zone = timeZone.flatMap(LineZone.named) ?? .host }

    /// - Parameters:
    ///   - isTimed: whether the event's time is its own.
    ///   - now: when the event was read.
    package func complete(_ event: inout LogEvent, isTimed: Bool, now: Int64) {
        let message = event.message
        guard event["level"] == nil else {
            // The camera of which a line speaks is what the pages of cameras are made of.
            if event["camera_id"] == nil, let camera = CameraText.find(in: message) {
                event.fields["camera_id"] = .string(camera)
            }
            event.add(TraceText.find(in: message))
            return
        }
        if !message.isEmpty {
            var path = ""
            if case .string(let text)? = event.fields["log.file.path"] { path = text }
            let facts = LineFacts(message, LineContext(zone: zone, now: now, path: path))
            if !isTimed, let time = facts.timestamp { event.timestamp = time }
            for (name, value) in facts.fields where event[name] == nil { event.fields[name] = value }
        }
        event.nameLevel()
    }
}
