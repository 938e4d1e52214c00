internal import Foundation
internal import Model

/// Who a camera is and how it is: the head of its page.
struct CameraHead: Sendable {
    let id: String
    let link: String
    /// Who watches it, where that is another host.
    let node: String?
    let style: String
    let state: String
    let words: String
    let shape: String
    let sentence: String
    /// `nil` where nobody knows it.
    let since: ShownMoment?
    let recordLink: String?
    /// What one looks for first, and the rest.
    let facts: [Fact]
    let moreFacts: [Fact]
}

extension CameraHead {
    init(_ camera: CameraStatus, now: Int64) {
        id = VisibleText.short(camera.id)
        link = Links.camera(camera)
        node = camera.node?.name
        style = camera.state.style
        state = camera.state.rawValue
        words = camera.state.words
        shape = camera.state.shape
        // Only who watches a camera keeps its record.
        recordLink = camera.node == nil ? Links.record(camera.id) : nil
        sentence = Self.sentence(camera, now: now)
        since = camera.since > 0 ? ShownMoment(camera.since) : nil
        facts = Self.firstFacts(camera)
        moreFacts = Self.otherFacts(camera)
    }

    private static func sentence(_ camera: CameraStatus, now: Int64) -> String {
        if camera.since <= 0 { return camera.reason }
        let since = say(
            "camera.since",
            [
                "state": .text(camera.state.words), "since": .text(Shown.since(camera.since, now: now)),
                "span": .text(Shown.span(now - camera.since)),
            ])
        let together = camera.sharedCause.map { say("camera.together", ["cause": .text($0.headline)]) } ?? ""
        return camera.reason.isEmpty ? since + together : "\(since)\(together): \(camera.reason)"
    }

    private static func firstFacts(_ camera: CameraStatus) -> [Fact] {
        let picture = camera.width.flatMap { width in camera.height.map { "\(width) × \($0)" } }
        return all([
            ("codec", camera.codec), ("picture", picture),
            ("expected", camera.expectedFPS.map { Shown.range($0, camera.expectedFPSMax) }),
            ("node", camera.node?.name), ("address", camera.url),
            ("watchedBy", camera.sources.isEmpty ? nil : camera.sources.joined(separator: ", ")),
        ])
    }

    private static func otherFacts(_ camera: CameraStatus) -> [Fact] {
        var facts = all([
            ("stream", camera.kind?.title),
            ("lost", camera.dropRatio.map { Shown.number($0 * 100, digits: 2) + " %" }),
            ("lastFrame", camera.lastFrame.map { Shown.dateTime($0) }),
            ("lastRecorded", camera.lastRecorded.map { Shown.dateTime($0) }),
            ("downTogether", camera.sharedCause.map(\.headline)),
        ])
        facts += (camera.streams ?? []).map {
            Fact(say("camera.fact.streamNamed", ["name": .text($0.name)]), sentence($0))
        }
        facts += camera.labels.sorted { $0.key < $1.key }.map {
            Fact(say("camera.fact.label", ["name": .text($0.key)]), $0.value)
        }
        return facts
    }

    private static func all(_ facts: [(key: String, value: String?)]) -> [Fact] {
        facts.compactMap { key, value in value.map { Fact(say("camera.fact.\(key)"), $0) } }
    }

    /// What is known of a stream beside the main one, in a line.
    private static func sentence(_ stream: CameraStreamStatus) -> String {
        let picture = stream.width.flatMap { width in stream.height.map { "\(width) × \($0)" } }
        let measured = [
            stream.fps.map { say("camera.fps", ["rate": .text(Shown.number($0, digits: 1))]) },
            stream.bitrate.map { Shown.bitrate($0) }, stream.codec, picture, stream.url,
        ].compactMap(\.self)
        let state = stream.reason.isEmpty ? stream.state.words : "\(stream.state.words): \(stream.reason)"
        return ([state] + measured).joined(separator: ", ")
    }
}

extension CameraState {
    /// The state in the reader's language.
    var words: String { say("camera.state.\(style)") }
}
