internal import Base
internal import Foundation
internal import Model
internal import Scraping
internal import Synchronization
internal import Transfers

/// What the agents of other nodes say of their cameras when they are asked: kept for some seconds, so that a page that
/// is open asks no more than a scrape does.
final class NodeQuestions: Sendable {
    private struct Key: Hashable {
        let node: CameraNode
        let id: String
    }

    private struct Answer {
        var status: CameraStatus?
        var askedAt: ContinuousClock.Instant
    }

    private let scraper: Scraper
    private let answers = Mutex<[Key: Answer]>([:])

    init(scraper: Scraper) { self.scraper = scraper }

    private static let freshFor = Duration.seconds(5)
    private static let timeout = Duration.milliseconds(1_500)
    private static let bytesMax = 64 << 10
    /// Cameras whose answers are kept: more than there are pages open.
    private static let answersMax = 256

    /// What its node says of a camera; `nil` where it cannot be asked or does not answer.
    /// - Parameter jobs: those that bring the series of its node's cameras.
    func status(of camera: CameraStatus, jobs: [String]) async -> CameraStatus? {
        // These two are no names in a path.
        guard let node = camera.node, camera.id != ".", camera.id != ".." else { return nil }
        let key = Key(node: node, id: camera.id)
        let now = ContinuousClock.now
        let known = answers.withLock { answers -> Answer? in
            if let answer = answers[key], answer.askedAt.duration(to: now) < Self.freshFor { return answer }
            if answers.count >= Self.answersMax { answers = answers.filter { $0.value.askedAt + Self.freshFor > now } }
            if answers.count >= Self.answersMax { return Answer(status: nil, askedAt: now) }
            // Who comes while it is asked gets what it said before.
            answers[key] = Answer(status: answers[key]?.status, askedAt: now)
            return nil
        }
        if let known { return known.status }
        let status = await ask(node, jobs, camera.id)
        answers.withLock { $0[key]?.status = status }
        return status
    }

    private func ask(_ node: CameraNode, _ jobs: [String], _ id: String) async -> CameraStatus? {
        let path = "/api/watchpost/cameras/" + FormFields.encoded(id)
        let response = try? await scraper.ask(path, timeout: Self.timeout, maxResponseBytes: Self.bytesMax) {
            $0["instance"] == node.instance && $0["site"] == node.site && jobs.contains($0["job"])
        }
        guard let response, response.status == 200,
            var status = try? JSONDecoder().decode(CameraStatus.self, from: Data(response.body)), status.id == id
        else { return nil }
        // It comes from another host, which may have no redaction of ours.
        status.url = status.url.map { Redaction.urls(in: $0) }
        status.reason = Redaction.urls(in: status.reason)
        status.streams = status.streams?.map { stream in
            var stream = stream
            stream.url = stream.url.map { Redaction.urls(in: $0) }
            stream.reason = Redaction.urls(in: stream.reason)
            return stream
        }
        return status
    }
}
