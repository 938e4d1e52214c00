internal import Foundation
internal import Hummingbird
internal import SiteView
internal import Synchronization

/// Pages that are the same for all who read them in one language and zone, and who sign alike: made once for each state
/// of the site.
///
/// A page belongs to one overview, so that nobody gets what was before a change that was told.
final class SharedPages: Sendable {
    private struct Entry {
        var now: Int64
        var page: Response?
        var waiting: [CheckedContinuation<Response?, Never>] = []
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Different pages at a time; of more, each is made for who asks.
    private static let most = 64

    /// The page of that name and overview, which `make` makes for the first who asks; the others wait.
    func page(_ name: String, now: Int64, _ make: () async -> Response) async -> Response {
        let (isOurs, known): (Bool, Response?) = entries.withLock { entries in
            if let entry = entries[name], entry.now == now { return (false, entry.page) }
            // An older one that is still made goes to those who wait for it.
            if let entry = entries[name], entry.page == nil { return (false, nil) }
            if entries[name] == nil, entries.count >= Self.most {
                for (name, entry) in entries where entry.page != nil && entry.now != now { entries[name] = nil }
                if entries.count >= Self.most { return (false, nil) }
            }
            entries[name] = Entry(now: now)
            return (true, nil)
        }
        if let known { return known }
        guard isOurs else {
            let waited = await withCheckedContinuation { continuation in
                let answer: Response?? = entries.withLock { entries in
                    guard let entry = entries[name], entry.now == now else { return .some(nil) }
                    if let page = entry.page { return .some(page) }
                    entries[name]?.waiting.append(continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
            if let waited { return waited }
            return await make()
        }
        let page = await make()
        let waiting = entries.withLock { entries in
            let waiting = entries[name]?.waiting ?? []
            entries[name]?.waiting = []
            entries[name]?.page = page
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: page) }
        return page
    }
}

extension WebUI {
    /// A page of the whole site, which all readers of a language, zone and name share.
    /// - Parameter name: tells it from other pages: its whole address.
    func shared(_ name: String, of overview: Overview, _ make: () async -> String) async -> Response {
        let reader = Reader.current
        return await sharedPages.page(
            "\(reader.words.code)\n\(reader.zone.identifier)\n\(reader.name)\n\(name)", now: overview.now
        ) { html(await make()) }
    }
}
