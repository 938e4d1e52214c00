internal import Alerting
internal import Base
internal import CameraRecords
internal import Collectors
internal import Model
internal import Nodes
internal import Recorders
internal import Scraping
internal import Site
internal import SiteView
internal import State

extension ServerView {
    /// Bands of cameras. A month of one camera is about a million samples.
    private static let pastGate = WorkGate("cameras' past", width: 2, usesCallersThread: true)
    private static let longestLook: Duration = .seconds(15)
    func past(of camera: CameraStatus, in range: TimeSpan) async throws -> CameraPast {
        let now = parts.timeSource.now()
        let key = PastStore.Key(camera: camera.id, node: camera.node, range, now: now)
        if let past = parts.pasts.past(key) { return past }
        let nodes = Set(parts.nodes.view().cameras.compactMap(\.node))
        let reader = reader(of: camera)
        let external = parts.site.prometheus?.externalLabels ?? .empty
        let outlets = parts.outlets
        let past = try await Self.look {
            let states = try reader.states(of: camera.id, in: range) { camera.isMeant(by: $0, nodes: nodes) }
            let footage = camera.node == nil ? try reader.footage.footage(of: camera.id, in: range) : nil
            let firings = states.firings.map { firing in
                CameraPast.Firing(
                    name: firing.labels["alertname"], severity: firing.labels["severity"],
                    fingerprint: outlets.outward(firing.labels, externalLabels: external)
                        .map(AlertRouter.fingerprint) ?? "",
                    start: firing.span.start, end: firing.span.end,
                    isOpen: firing.span.end >= min(range.end, now) - Self.openSlack)
            }
            return CameraPast(camera: camera.id, range, states.spans, footage: footage, firings: firings)
        }
        parts.pasts.keep(past, as: key)
        return past
    }

    /// An alert whose last sample stands to so many milliseconds before the end goes on: an evaluation may come late.
    private static let openSlack: Int64 = 5_000

    func footage(of camera: CameraStatus, in range: TimeSpan) async throws -> FootageSpans? {
        if camera.node != nil { return nil }
        let state = parts.state
        let footage = try await Self.look { try state.footage(of: camera.id, in: range) }
        return footage.isEmpty ? nil : footage
    }

    private func reader(of camera: CameraStatus) -> HistoryReader {
        let owner = parts.nodes.owner()
        return HistoryReader(source: parts.metrics, footage: parts.state) { labels in
            guard let node = camera.node else { return owner(labels) }
            return labels["instance"] == node.instance && labels["site"] == node.site && !owner(labels)
        }
    }

    private static func look<Answer: Sendable>(_ look: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        do {
            return try await pastGate.run(within: longestLook, look)
        } catch is WorkTimedOut {
            throw PastRefused(
                "this was given up after \(longestLook.components.seconds) seconds, as others came before it or too much "
                    + "lies in this time; ask again, or for a shorter time")
        } catch let error as any SampleSourceFailure where error.isLimit {
            throw PastRefused("too many samples lie in this time; ask for a shorter one")
        }
    }

    // MARK: Pictures

    /// One ffmpeg a host.
    private static let pictureGate = WorkGate("pictures", width: 1, usesCallersThread: true)
    private static let longestPicture: Duration = .seconds(8)
    /// The newest segment, which may still be written, and those before it.
    private static let segmentsTried = 3

    func allowsPictures() async -> Bool { parts.site.watchpost.allowsStills }

    func picture(of camera: CameraStatus) async throws -> CameraPicture {
        guard await allowsPictures() else {
            throw PictureRefused("this site shows no pictures of its cameras; stills: on in watchpost.yml allows them")
        }
        if let node = camera.node {
            throw PictureRefused(
                "the footage of \(camera.id) lies on \(node.name), and pictures are of this host's alone")
        }
        let segments = parts.cameras.newestSegments(of: camera.id, Self.segmentsTried)
        if segments.isEmpty {
            throw PictureRefused("no footage of \(camera.id) is known on this host's disks that could be shown")
        }
        let key = PictureStore.Key(camera: camera.id, segments: segments)
        let pictures = parts.pictures
        do {
            let answer = try await Self.pictureGate.run(within: Self.longestPicture) {
                // Who waited for others may find that it was made for them.
                if let answer = pictures.answer(key) { return answer }
                let answer = try Self.picture(of: segments)
                pictures.keep(answer, as: key)
                return answer
            }
            return try answer.get()
        } catch is WorkTimedOut {
            throw PictureRefused(
                "no picture could be made within \(Self.longestPicture.components.seconds) s; try again")
        }
    }

    private static func picture(of segments: [RecordedSegment]) throws -> Result<CameraPicture, PictureRefused> {
        var reason = ""
        for segment in segments {
            try Work.check()
            do throws(SegmentPictureFailed) {
                let picture = try SegmentPicture.last(of: segment)
                return .success(CameraPicture(bytes: picture.jpeg, time: picture.time))
            } catch {
                if reason.isEmpty { reason = error.description }
                if error.isOfHost { break }
            }
        }
        return .failure(PictureRefused(reason))
    }
}
