import Base
import ConfigText
import Foundation
import Model
import Synchronization
import TestSupport
import Testing
import Transfers

@testable import Alerting
@testable import State

/// A configuration that comes into force while notifications are under way.
@Suite("Reloads of the alerting configuration")
struct ReloadTests {
    let peers: DeliveryTests
    let web: PythonPeer

    init() throws {
        peers = try DeliveryTests()
        web = try PythonPeer(PeerPrograms.web, in: peers.scratch.url)
    }

    private func config(
        _ paths: [String], wait: Int64 = 200, change: (inout ReceiverConfig) -> Void = { _ in }
    ) -> AlertmanagerConfig {
        var receiver = ReceiverConfig(name: "ops")
        receiver.integrations = paths.map { path in
            let url = "http://127.0.0.1:\(web.port)/\(path)"
            return WebhookIntegration(config: WebhookConfig(position: position, url: .inline(url)))
        }
        change(&receiver)
        return AlertmanagerConfig(route: route("ops", wait: wait, interval: 60_000), receivers: [receiver])
    }

    private func paths() throws -> [String] { try web.events(WebEvent<AnyJSON>.self).map(\.path) }

    @Test("a notification that waits to be written down is told by the configuration that it was made by")
    func whileWritten() async throws {
        let store = try peers.scratch.store()
        let file = peers.scratch.url.appending(path: "own.tmpl")
        try Data(#"{{ define "own" }}{{ .Status }} by the old file{{ end }}"#.utf8).write(to: file)
        var old = config(["first", "second"]) { receiver in
            var slack = SlackConfig(position: position, apiURL: .inline("http://127.0.0.1:\(web.port)/slack"))
            slack.text = #"{{ template "own" . }}"#
            receiver.integrations.append(SlackIntegration(config: slack))
        }
        old.templates = [Located(file.path, at: position)]
        let router = try AlertRouter(
            config: old, state: store, transfers: peers.transfers, externalURL: "http://here",
            firstPause: .milliseconds(20))
        await router.receive([DeliveryTests.cameraAlert()])
        // The disk is slow: nothing can be written until the new configuration is in force.
        let isHeld = Mutex(false)
        let gate = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            _ = try? store.write { _ in
                isHeld.withLock { $0 = true }
                gate.wait()
            }
        }
        _ = try await eventually("the store to be held") { isHeld.withLock { $0 } ? true : nil }
        let running = Task { await router.run() }
        _ = try await eventually("the notifications to be made") {
            router.core.withLock { $0.intents.count == 3 } ? true : nil
        }
        try router.update(config([]))
        gate.signal()
        let events = try await web.events(WebEvent<AnyJSON>.self, 3)
        #expect(Set(events.map(\.path)) == ["/first", "/second", "/slack"])
        let slack = try #require(events.first { $0.path == "/slack" })
        #expect(slack.body["attachments"][0]["text"].text == "firing by the old file")
        running.cancel()
        await running.value
    }

    @Test("two hundred reloads while alerts come in lose nothing", .timeLimit(.minutes(3)))
    func underLoad() async throws {
        let router = try AlertRouter(
            config: config(["a", "b"], wait: 0), state: try peers.scratch.store(), transfers: peers.transfers,
            externalURL: "http://here", firstPause: .milliseconds(20))
        let running = Task { await router.run() }
        let isOver = Mutex(false)
        let pushing = Task {
            var count = 0
            while !isOver.withLock({ $0 }) {
                count += 1
                let now = SystemTimeSource().now()
                await router.receive([alert("A\(count % 50)", ["lbl": "\(count)"], from: now, to: now + 600_000)])
                await Task.yield()
            }
        }
        for round in 0..<200 {
            let next = [["a"], [], ["a", "b", "c"], ["b"]][round % 4]
            try router.update(
                config(next, wait: 0) { receiver in
                    if round % 3 == 0 {
                        let telegram = TelegramConfig(
                            position: position, token: .inline("t"), chat: .inline("1"),
                            url: "http://127.0.0.1:\(web.port)/telegram")
                        receiver.integrations.append(TelegramIntegration(config: telegram))
                    }
                })
            try await Task.sleep(for: .milliseconds(2))
        }
        isOver.withLock { $0 = true }
        _ = await pushing.value
        try router.update(config(["last"], wait: 0))
        let now = SystemTimeSource().now()
        await router.receive([alert("Last", from: now, to: now + 600_000)])
        let reached = try await eventually("the last alert to be told", within: .seconds(60)) {
            try paths().contains("/last") ? true : nil
        }
        #expect(reached)
        running.cancel()
        await running.value
    }
}
