internal import Base
internal import HTTPKit
internal import Model
internal import SiteView

/// The cameras as viewers know them, and at which version each became so.
struct LiveList: Sendable {
    private struct Entry: Sendable {
        var state: CameraState
        /// Seconds since the Unix epoch.
        var since: Int64
        var reason: String
        var changedAt: Int
        /// When ``reason`` was told, in milliseconds.
        var toldAt: Int64
    }

    private(set) var position = LivePosition()
    private(set) var cameras: [CameraStatus] = []
    private var places: [String: Int] = [:]
    private var entries: [Entry] = []
    /// Counts changes that are more than another number in a reason.
    private var changes = 0
    private var restHash: UInt64 = 0

    /// As long as a reason is told; more does not fit a row.
    static let reasonMax = 300
    /// Cameras whose changes are told one by one; beyond it the list is shorter.
    static let changesMax = 1_000
    /// Milliseconds for which a reason stands that differs in its numbers alone.
    private static let reasonStands: Int64 = 10_000

    var mark: String { "\(position.list).\(changes).\(String(restHash, radix: 36))" }

    /// Takes what is known of the site now.
    mutating func take(_ overview: Overview) {
        let now = overview.now
        var isSame = overview.cameras.count == cameras.count
        var moved = cameras
        if isSame {
            var seen = [Bool](repeating: false, count: cameras.count)
            for camera in overview.cameras {
                guard let place = places[camera.key], !seen[place], cameras[place].labels == camera.labels else {
                    isSame = false
                    break
                }
                seen[place] = true
                moved[place] = camera
            }
        }
        if isSame && position.list > 0 {
            cameras = moved
            takeChanges(now: now)
        } else {
            takeList(overview.cameras.inNaturalOrder(), now: now)
        }
        takeRest(overview)
    }

    private mutating func takeList(_ ordered: [CameraStatus], now: Int64) {
        cameras = ordered
        places = Dictionary(ordered.indices.map { (ordered[$0].key, $0) }) { first, _ in first }
        position = LivePosition(list: position.list + 1, version: 0)
        entries = ordered.map {
            Entry(
                state: $0.state, since: $0.since / 1_000, reason: Self.reason($0), changedAt: 0, toldAt: now)
        }
    }

    private mutating func takeChanges(now: Int64) {
        let next = position.version + 1
        var (hasChanged, isMore) = (false, false)
        for place in cameras.indices {
            let camera = cameras[place]
            let entry = entries[place]
            let reason = Self.reason(camera)
            let isOther = camera.state != entry.state || (camera.since / 1_000 - entry.since).magnitude > 1
            if !isOther, reason == entry.reason { continue }
            let isNumber = !isOther && Self.withoutNumbers(reason) == Self.withoutNumbers(entry.reason)
            if isNumber, (now - entry.toldAt).magnitude < Self.reasonStands { continue }
            entries[place] = Entry(
                state: camera.state, since: camera.since / 1_000, reason: reason, changedAt: next, toldAt: now)
            hasChanged = true
            if !isNumber { isMore = true }
        }
        if hasChanged { position.version = next }
        if isMore { changes += 1 }
    }

    /// What else a page shows.
    private mutating func takeRest(_ overview: Overview) {
        var hash = FNV1a()
        func add(_ text: String) {
            for byte in text.utf8 where !Self.isNumber(byte) { hash.add(byte) }
            hash.add(0)
        }
        func add(whole text: String) {
            for byte in text.utf8 { hash.add(byte) }
            hash.add(0)
        }
        for alert in overview.alerts {
            add(whole: alert.fingerprint + alert.name + alert.state.rawValue)
            for cause in alert.suppressedBy { add(whole: cause) }
            add(alert.summary)
        }
        for node in overview.nodes {
            add(whole: node.node.name)
            add(node.problem ?? "")
        }
        for finding in overview.findings {
            add(whole: finding.severity.rawValue + finding.part)
            add(finding.text)
        }
        for fault in overview.faults {
            add(whole: fault.key + fault.state + (fault.acknowledgement.map { "\($0.by) \($0.at)" } ?? ""))
        }
        for mount in overview.mounts {
            add(whole: "\(mount.mountPoint) \(Int(mount.usedPercent.isFinite ? mount.usedPercent : 0))")
        }
        restHash = hash.value
    }

    private static func reason(_ camera: CameraStatus) -> String { String(camera.reason.prefix(reasonMax)) }

    private static func isNumber(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || byte == UInt8(ascii: ".")
    }

    private static func withoutNumbers(_ text: String) -> [UInt8] { text.utf8.filter { !isNumber($0) } }

    // MARK: As JSON

    /// What changed behind a version: `{"list","from","to","set":[[place,state,since,reason],…]}`; `nil` where that is more
    /// than ``changesMax`` cameras.
    func changes(since version: Int, listName: String) -> [UInt8]? {
        let changed = entries.indices.filter { entries[$0].changedAt > version }
        guard changed.count <= Self.changesMax else { return nil }
        var json = JSONBytes()
        json.raw(#"{"list":"#)
        json.string(listName)
        json.raw(#","from":"#)
        json.number(version)
        json.raw(#","to":"#)
        json.number(position.version)
        json.raw(#","set":"#)
        json.list(changed) { json, place in
            json.raw("[")
            json.number(place)
            json.raw(",")
            Self.append(entries[place], to: &json)
            json.raw("]")
        }
        json.raw("}")
        return json.bytes
    }

    /// `{"list","version","now","nodes":[[site,instance],…],"cameras":[[id,node,state,since,reason,labels],…]}`; `node` is
    /// 0 for this host, else the place in `nodes` and one; of empty texts and labels at the end nothing is there.
    func json(name: String, now: Int64) -> [UInt8] {
        var nodes: [CameraNode: Int] = [:]
        var named: [CameraNode] = []
        for case let node? in cameras.lazy.map(\.node) where nodes[node] == nil {
            named.append(node)
            nodes[node] = named.count
        }
        var json = JSONBytes()
        json.raw(#"{"list":"#)
        json.string(name)
        json.raw(#","version":"#)
        json.number(position.version)
        json.raw(#","now":"#)
        json.number(now)
        json.raw(#","nodes":"#)
        json.list(named) { json, node in
            json.raw("[")
            json.string(node.site)
            json.raw(",")
            json.string(node.instance)
            json.raw("]")
        }
        json.raw(#","cameras":"#)
        json.list(cameras.indices) { json, place in
            let camera = cameras[place]
            json.raw("[")
            json.string(camera.id)
            json.raw(",")
            json.number(camera.node.flatMap { nodes[$0] } ?? 0)
            json.raw(",")
            Self.append(entries[place], to: &json, keepsReason: !camera.labels.isEmpty)
            if !camera.labels.isEmpty {
                json.raw(",{")
                var isFirst = true
                for (name, value) in camera.labels.sorted(by: { $0.key < $1.key }) {
                    json.comma(unlessFirst: &isFirst)
                    json.string(name)
                    json.raw(":")
                    json.string(value)
                }
                json.raw("}")
            }
            json.raw("]")
        }
        json.raw("}")
        return json.bytes
    }

    private static func append(_ entry: Entry, to json: inout JSONBytes, keepsReason: Bool = false) {
        json.number(CameraState.allCases.firstIndex(of: entry.state) ?? 0)
        json.raw(",")
        json.number(entry.since)
        if entry.reason.isEmpty && !keepsReason { return }
        json.raw(",")
        json.string(entry.reason)
    }
}
