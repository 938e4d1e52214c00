package import Model

/// Finds what cameras that failed together share.
///
/// A cause is told where at least three cameras, and 60 % of the watched ones that share it, fell within a minute; those
/// that follow within the next minute belong to it. Cameras that were never seen well fell nobody knows when: they are
/// a group only where all that share the cause are so. Cameras that were down for long already count neither way. Each
/// camera has one cause at most: the one by which most are down and fewest are well, of equal ones the most telling
/// (``SharedCause/Kind``).
///
/// The answer depends on the cameras alone, and neither on their order nor on what was answered before. It ends when too
/// few are still down. Costs nothing where fewer than three cameras are down, else some milliseconds for thousands.
package enum SharedCauses {
    /// A cause and the cameras that are down by it.
    package struct Group: Sendable, Equatable {
        package let cause: SharedCause
        /// Identifiers, in the order in which they fell.
        package let cameras: [String]
    }

    /// The groups, the largest first.
    package static func groups(of cameras: [WatchedCamera]) -> [Group] {
        let fallen = fallen(cameras)
        guard fallen.count >= SharedCause.leastCameras else { return [] }
        var work = Work(cameras, fallen)
        var groups: [Group] = []
        while let (share, candidate) = work.best() { groups.append(work.take(share, candidate)) }
        return groups.sorted { left, right in
            (right.cameras.count, left.cause.kind, left.cause.cause)
                < (left.cameras.count, right.cause.kind, right.cause.cause)
        }
    }

    /// Milliseconds before a group's first fall: who was down before counts neither way.
    static let longAgo: Int64 = 600_000

    /// Indices of the cameras that fell, the first one first.
    private static func fallen(_ cameras: [WatchedCamera]) -> [Int] {
        cameras.indices.filter { cameras[$0].fall != nil }.sorted { left, right in
            let (first, second) = (cameras[left].fall?.at ?? 0, cameras[right].fall?.at ?? 0)
            return first == second ? cameras[left].id < cameras[right].id : first < second
        }
    }
}

/// One search: candidates are made once, and anew where a group takes cameras away from them.
private struct Work {
    typealias Share = WatchedCamera.Share

    /// Those of a share that fell together.
    struct Candidate {
        let members: [Int]
        let watched: Int
        /// The more are down by it and the fewer are well, the better it explains.
        var score: Int { 2 * members.count - watched }
    }

    let cameras: [WatchedCamera]
    var isTaken: [Bool]
    var candidates: [Share: Candidate] = [:]
    /// By share, whom it may explain, in the order in which they fell.
    private var fallen: [Share: [Int]] = [:]
    /// By share, how many that are watched have it.
    private var watched: [Share: Int] = [:]

    init(_ cameras: [WatchedCamera], _ fallen: [Int]) {
        self.cameras = cameras
        isTaken = Array(repeating: false, count: cameras.count)
        for index in fallen {
            guard let fall = cameras[index].fall else { continue }
            for share in Set(cameras[index].shares) where fall.trouble.isExplained(by: share.kind) {
                self.fallen[share, default: []].append(index)
            }
        }
        self.fallen = self.fallen.filter { $0.value.count >= SharedCause.leastCameras }
        if self.fallen.isEmpty { return }
        for camera in cameras {
            for share in Set(camera.shares) where self.fallen[share] != nil { watched[share, default: 0] += 1 }
        }
        for share in self.fallen.keys { look(at: share) }
    }

    /// Makes the candidate of a share anew.
    private mutating func look(at share: Share) {
        candidates[share] = together(fallen[share, default: []].filter { !isTaken[$0] }, watched[share, default: 0])
    }

    /// Who of a share fell together; `nil` where too few did.
    private func together(_ indices: [Int], _ watched: Int) -> Candidate? {
        guard indices.count >= SharedCause.leastCameras else { return nil }
        let known = indices.filter { cameras[$0].fall?.wasWell == true }
        // Who was never seen well may have been down for long: only that all of them are says something.
        if known.isEmpty { return indices.count == watched ? Candidate(members: indices, watched: watched) : nil }
        var (earlier, first) = (0, 0)
        while first + SharedCause.leastCameras <= known.count {
            let began = time(known[first])
            while earlier < indices.count, time(indices[earlier]) < began - SharedCauses.longAgo { earlier += 1 }
            let wanted = ((watched - earlier) * SharedCause.leastPercent + 99) / 100
            let last = first + max(SharedCause.leastCameras, wanted) - 1
            if last < known.count, time(known[last]) - began <= SharedCause.window {
                let span = began...(time(known[last]) + SharedCause.window)
                return Candidate(members: indices.filter { span.contains(time($0)) }, watched: watched - earlier)
            }
            first += 1
        }
        return nil
    }

    private func time(_ index: Int) -> Int64 { cameras[index].fall?.at ?? 0 }

    func best() -> (Share, Candidate)? {
        let best = candidates.max { left, right in
            (left.value.score, right.key.kind, left.value.members.count, right.key.name, right.key.secret)
                < (right.value.score, left.key.kind, right.value.members.count, left.key.name, left.key.secret)
        }
        return best.map { ($0.key, $0.value) }
    }

    /// Makes a group of a share's cameras, which are in no other one.
    mutating func take(_ share: Share, _ candidate: Candidate) -> SharedCauses.Group {
        let members = candidate.members
        let also = candidates.filter { $0.key != share && $0.value.members == members }.map { other, value in
            (other.kind, "\(members.count) of \(value.watched) cameras \(SharedCause.text(other.kind, other.name))")
        }
        let isKnown = members.contains { cameras[$0].fall?.wasWell == true }
        let span = (members.last.map(time) ?? 0) - (members.first.map(time) ?? 0)
        let cause = SharedCause(
            kind: share.kind, cause: share.name, down: members.count, watched: candidate.watched,
            span: isKnown ? span : nil, alsoShared: also.sorted { $0 < $1 }.map(\.1))
        var touched: Set<Share> = []
        for index in members {
            isTaken[index] = true
            touched.formUnion(cameras[index].shares)
        }
        for other in touched where fallen[other] != nil { look(at: other) }
        return SharedCauses.Group(cause: cause, cameras: members.map { cameras[$0].id })
    }
}
