internal import Foundation
package import RTSP
package import Transfers

/// A camera that was found on the network.
package struct DiscoveredCamera: Sendable {
    /// An id made of the camera's name, or of its address.
    package let id: String
    /// What it calls itself and its model; empty where it does not say.
    package let name: String
    package let host: String
    /// The stream's address without credentials; a guess where the camera does not tell.
    package let url: String
    /// Its other streams' names and addresses.
    package let streams: [(name: String, url: String)]
    /// Why it does not tell the address of its stream; empty where it did.
    package let problem: String
    /// What the probe found; `nil` where it had no time.
    package let reading: ProbeReading?
}

/// Finds cameras by ONVIF, and tries each by one short session.
package struct CameraDiscovery: Sendable {
    private let transfers: Transfers
    private let user: String?
    private let password: String

    /// - Parameter user: a user that all cameras know, with their password; `nil` asks without.
    package init(transfers: Transfers, user: String? = nil, password: String = "") {
        self.transfers = transfers
        self.user = user
        self.password = password
    }

    /// Looks for cameras and probes them.
    /// - Parameters:
    ///   - host: asks one host, `HOST` or `HOST:PORT`; `nil` asks the local network.
    ///   - seconds: for how long answers are waited for.
    ///   - probeSeconds: for how long each stream is watched.
    package func find(host: String?, seconds: Double, probeSeconds: Double) async -> [DiscoveredCamera] {
        let matches = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: DiscoveryProbe.ask(host: host, seconds: seconds)) }
        }
        let device = OnvifDevice(transfers: transfers, user: user, password: password)
        var found: [(match: DiscoveryProbe.Match, answer: Answer)] = []
        await withTaskGroup(of: Answer.self) { group in
            for (index, match) in matches.enumerated() {
                guard let address = match.addresses.first(where: { $0.hasPrefix("http") }),
                    let host = URL(string: address)?.host()
                else { continue }
                group.addTask {
                    do {
                        let urls = try await device.streamAddresses(deviceService: address)
                        return Answer(number: index, host: host, urls: urls, problem: "")
                    } catch {
                        return Answer(number: index, host: host, urls: ["rtsp://\(host):554/"], problem: "\(error)")
                    }
                }
            }
            var answers: [Answer] = []
            for await answer in group { answers.append(answer) }
            found = answers.sorted { $0.number < $1.number }.map { (matches[$0.number], $0) }
        }
        let cameras = found.flatMap { entry in
            MakersAddress.cameras(of: entry.answer.urls).map { (match: entry.match, answer: entry.answer, streams: $0) }
        }.filter { !$0.streams.isEmpty }
        // One stream of each: a second one would be a second session.
        let readings = await probe(cameras.map { $0.streams[0].url }, seconds: probeSeconds)
        var ids: Set<String> = []
        return zip(cameras, readings).map { entry, reading in
            let name = Self.name(entry.match.scopes)
            var id = Self.id(name.isEmpty ? entry.answer.host : name)
            var number = 2
            while !ids.insert(id).inserted {
                id = Self.id(name.isEmpty ? entry.answer.host : name) + "-\(number)"
                number += 1
            }
            return DiscoveredCamera(
                id: id, name: name, host: entry.answer.host, url: entry.streams[0].url,
                streams: Array(entry.streams.dropFirst()),
                problem: entry.answer.problem, reading: reading)
        }
    }

    /// What a device says of its stream. A type of its own: Swift 6.3.1 loses the result of a group's task when it is a
    /// tuple of several texts, returned out of `do` and `catch`, and the optimiser is on.
    private struct Answer: Sendable {
        let number: Int
        let host: String
        let urls: [String]
        let problem: String
    }

    /// Watches all addresses at once, each by one session.
    private func probe(_ urls: [String], seconds: Double) async -> [ProbeReading?] {
        let probe = RTSPProbe()
        probe.update(
            targets: urls.enumerated().map { ProbeTarget(id: "\($0)", url: withCredentials($1)) })
        let running = Task { await probe.run() }
        let end = ContinuousClock.now + .milliseconds(Int(seconds * 1_000))
        var readings: [String: ProbeReading] = [:]
        while ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(200))
            readings = probe.readings()
            // Those that refuse are done; a rate takes some seconds.
            if readings.count == urls.count, readings.values.allSatisfy({ $0.failure != nil }) { break }
        }
        running.cancel()
        await running.value
        return urls.indices.map { readings["\($0)"] }
    }

    private func withCredentials(_ url: String) -> String {
        guard let user, var components = URLComponents(string: url) else { return url }
        components.user = user
        components.password = password
        return components.string ?? url
    }

    private static func name(_ scopes: [String]) -> String {
        func scope(_ kind: String) -> String? {
            scopes.first { $0.contains("/\(kind)/") }.flatMap { $0.split(separator: "/").last }
                .map { String($0).removingPercentEncoding ?? String($0) }
        }
        return [scope("name"), scope("hardware")].compactMap { $0 }.joined(separator: " ")
    }

    /// Small letters, digits and dashes.
    private static func id(_ text: String) -> String {
        let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        return words.isEmpty ? "camera" : words.joined(separator: "-")
    }
}
