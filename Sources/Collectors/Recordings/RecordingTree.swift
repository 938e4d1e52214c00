internal import Glibc
internal import Recorders

/// The names of a camera's segments in a folder and those below it. All of them are walked through now and then, a piece at a
/// time; those on the way to the newest segment are looked at each time.
struct RecordingTree {
    /// What is told apart below the folder.
    struct Selection: Sendable, Hashable {
        /// `nil`: whatever is footage by its name.
        var pattern: RecordingPattern?
        /// What the names of this camera's segments begin with.
        var prefix = ""
        /// The camera's id: beside folders of other cameras, one of that name is its own.
        var camera = ""
        /// Whether other cameras have the same folder: then only what bears the camera's name is its own.
        var isShared = false
        /// Ids of those that begin with this camera's.
        var namesakes: Set<String> = []
        /// Whether folders below are looked into.
        var looksBelow = false
        /// Folders of other cameras, below this one; paths.
        var others: Set<String> = []
    }

    private struct Folder {
        /// When its names last changed, in nanoseconds since the Unix epoch.
        var modified: Int64 = -1
        /// When its names were read; milliseconds since the Unix epoch.
        var read: Int64 = 0
        /// When a walk last went into it; looks in between go no further down.
        var walked: Int64 = 0
        var files: [String] = []
        var folders: [String] = []
        /// Whether frames lie in it that are stored as pictures.
        var hasPictures = false
        /// Whether a part of its path is the camera's name.
        var isCameras = false
        /// Whether its files' names were forgotten, as their sum is kept.
        var isSummed = false
    }

    let path: String
    private let selection: Selection
    /// By path below ``path``; the empty one is that itself.
    private var known: [String: Folder] = [:]
    /// Whether a folder has lost some below it since the last walk.
    private var hasLost = false
    /// Whether a folder of the camera's name was seen: then only what is in such is its own.
    private var hasOwn = false
    /// Folders before this one are left out: there are too many.
    private var first = ""
    /// Folders that came while we watch and hold nothing yet, and when they were first seen: some recorders make a folder
    /// long before they write into it.
    private var young: [String: Int64] = [:]
    /// Folders that are still to be looked at, those first that come last.
    private var pending: [String] = []
    private var lastWalk: Int64?
    /// Counts what has changed.
    private(set) var generation = 0
    /// Whether all was looked at once.
    private(set) var isComplete = false
    /// A file that is no segment of the camera, where none is.
    private(set) var other: String?

    private static let walkInterval: Int64 = 60_000
    /// So many are looked at at once, also where the time is over.
    private static let leastLooks = 16
    private static let newMax = 256
    /// Milliseconds after which a folder that is still empty is looked at in walks alone.
    private static let youth: Int64 = 600_000
    /// Changes within so many milliseconds may have one time.
    private static let timeStep: Int64 = 3_000
    private static let day: Int64 = 86_400_000
    /// Beyond, nobody sorts recordings by folders: a link or a mistake leads there.
    private static let deepest = 8
    private static let foldersMax = 100_000

    init(path: String, _ selection: Selection) {
        self.path = path
        self.selection = selection
    }

    /// The folders that hold segments: their paths below ``path``, when their names last changed in milliseconds since the
    /// Unix epoch, and the names, unless those were forgotten.
    var folders: some Sequence<(path: String, modified: Int64, names: [String])> {
        known.lazy.filter { !$0.value.files.isEmpty || $0.value.isSummed }.map {
            ($0.key, $0.value.modified / 1_000_000, $0.value.files)
        }
    }

    /// The folder into which a frame was written last as a picture, and when, in milliseconds since the Unix epoch: each new
    /// one changes the time of its folder.
    var newestPictures: (folder: String, modified: Int64)? {
        let folder = known.lazy.filter(\.value.hasPictures).max {
            ($0.value.modified, $0.key) < ($1.value.modified, $1.key)
        }
        return folder.map { ($0.key, $0.value.modified / 1_000_000) }
    }

    /// Forgets the names in a folder until they change.
    mutating func forgetNames(in folder: String) {
        known[folder]?.files = []
        known[folder]?.isSummed = true
    }

    /// Looks at the folders on the way to the newest segment, and into those that are new beside it.
    /// - Parameter patience: after how many milliseconds names are read again though a folder seems the same: some
    ///   filesystems show the time of another one.
    mutating func follow(_ newest: String, now: Int64, patience: Int64) {
        var way = [Self.folder(of: newest)]
        while let last = way.last, !last.isEmpty { way.append(Self.folder(of: last)) }
        for folder in way.reversed() {
            let before = generation
            guard look(at: folder, now, patience: patience) == nil else { return }
            if generation != before { lookIntoNew(below: folder, now) }
        }
        for (folder, since) in young {
            let before = generation
            guard (0...Self.youth).contains(now - since), look(at: folder, now) == nil else {
                young[folder] = nil
                continue
            }
            if generation != before { lookIntoNew(below: folder, now) }
        }
    }

    /// Looks into folders that were not there before, as a new hour's, a day's or an event's.
    private mutating func lookIntoNew(below folder: String, _ now: Int64) {
        var pending = [folder]
        var looks = 0
        while let folder = pending.popLast() {
            for name in (known[folder]?.folders ?? []).reversed() {
                let new = Self.joined(folder, name)
                if known[new] != nil { continue }
                if looks >= Self.newMax { return }
                _ = look(at: new, now)
                pending.append(new)
                looks += 1
            }
        }
    }

    /// Begins a walk through all folders where the last one is long ago, and goes on with it until the time is over.
    /// - Parameter isEager: whether no segment is known yet.
    /// - Returns: why the folder itself cannot be read, as `errno` says it.
    mutating func walk(now: Int64, isEager: Bool, until: ContinuousClock.Instant) -> String? {
        if pending.isEmpty {
            let interval = isEager ? Self.walkInterval / 6 : Self.walkInterval
            if let lastWalk, (0..<interval).contains(now - lastWalk) { return nil }
            lastWalk = now
            pending = [""]
        }
        var looks = 0
        while let folder = pending.popLast() {
            if !folder.isEmpty, let known = known[folder], !Self.isDue(known, now) { continue }
            if let problem = look(at: folder, now), folder.isEmpty {
                pending = []
                return problem
            }
            known[folder]?.walked = now
            pending += known[folder].map { below in below.folders.map { Self.joined(folder, $0) } } ?? []
            looks += 1
            if looks >= Self.leastLooks, ContinuousClock.now >= until { break }
        }
        if pending.isEmpty {
            if hasLost { forgetLost() }
            if other != nil, folders.contains(where: { _ in true }) { other = nil }
            (isComplete, hasLost) = (true, false)
        }
        return nil
    }

    /// Whether a folder is looked at again, and those below it: the longer it has stood still, the more seldom. Some
    /// recorders have a folder for each event.
    private static func isDue(_ folder: Folder, _ now: Int64) -> Bool {
        let age = now - folder.modified / 1_000_000
        let pause = age > day ? day / 24 : min(max(0, age / 16), day / 144)
        return !(0..<pause).contains(now - folder.walked)
    }

    /// Forgets folders that no other one has any more.
    private mutating func forgetLost() {
        var present: [String: Folder] = [:]
        var rest = [""]
        while let folder = rest.popLast() {
            guard let found = known[folder] else { continue }
            present[folder] = found
            rest += found.folders.map { Self.joined(folder, $0) }
        }
        known = present
    }

    /// Leaves out the folders that come first, which are the oldest.
    private mutating func makeRoom() {
        let paths = known.keys.sorted()
        first = paths[paths.count / 10]
        generation += 1
        known = known.filter { $0.key >= first || first.hasPrefix($0.key) }
    }

    private func absolute(_ folder: String) -> String { folder.isEmpty ? path : path + "/" + folder }

    private static func joined(_ folder: String, _ name: String) -> String {
        folder.isEmpty ? name : folder + "/" + name
    }

    /// Takes what is in a folder.
    /// - Returns: why it cannot be read.
    private mutating func look(at folder: String, _ now: Int64, patience: Int64 = .max) -> String? {
        if folder < first, !first.hasPrefix(folder) { return nil }
        let place = absolute(folder)
        guard let modified = Self.modified(place) else { return lost(folder) }
        var found = known[folder] ?? Folder()
        // Where times are of whole seconds, two changes may have the same.
        let isCoarse = modified % 1_000_000_000 == 0 && found.read - modified / 1_000_000 < Self.timeStep
        if found.modified != modified || isCoarse || now - found.read >= patience {
            guard let entries = Self.entries(of: place) else { return lost(folder) }
            take(entries, into: &found, of: folder, now)
            found.modified = modified
            found.read = now
        }
        let isNew = known[folder] == nil
        if known.count >= Self.foldersMax, isNew { makeRoom() }
        known[folder] = found
        if !found.files.isEmpty || found.hasPictures {
            young[folder] = nil
        } else if isNew, isComplete, young.count < Self.newMax {
            young[folder] = now
        }
        return nil
    }

    private mutating func lost(_ folder: String) -> String {
        let cause = String(cString: strerror(errno))
        known[folder] = nil
        hasLost = true
        generation += 1
        if folder.isEmpty { lastWalk = nil }
        return cause
    }

    private mutating func take(
        _ entries: (files: [String], folders: [String]), into found: inout Folder, of folder: String, _ now: Int64
    ) {
        let parent = folder.isEmpty ? nil : known[Self.folder(of: folder)]
        found.isCameras = parent?.isCameras == true || isOwn(folder)
        if found.isCameras, !hasOwn {
            // What was taken for its own before may be another camera's.
            hasOwn = true
            for other in known.keys where known[other]?.isCameras == false {
                known[other]?.files = []
                known[other]?.isSummed = false
                known[other]?.modified = -1
                known[other]?.walked = 0
            }
        }
        let before = found.folders
        generation += 1
        found.files = entries.files.filter {
            SegmentFormat(fileName: $0) != nil && isWanted($0, in: folder, found.isCameras)
        }
        found.hasPictures = entries.files.contains { isFrame($0) && isWanted($0, in: folder, found.isCameras) }
        found.isSummed = false
        found.folders = below(folder, found, entries.folders, now)
        hasLost = hasLost || !Set(before).isSubset(of: found.folders)
        if found.files.isEmpty { other = other ?? entries.files.first { $0.first != "." } }
    }

    /// Whether a folder has the camera's name. Days and hours are numbers, too.
    private func isOwn(_ folder: String) -> Bool {
        !folder.isEmpty && selection.looksBelow && Self.name(of: folder) == selection.camera
            && !selection.camera.allSatisfy(\.isNumber)
    }

    private func isWanted(_ file: String, in folder: String, _ isCameras: Bool) -> Bool {
        guard file.hasPrefix(selection.prefix) else { return false }
        if let pattern = selection.pattern {
            return Self.depth(folder) == pattern.depth && pattern.matches(file, at: pattern.depth)
        }
        return !(selection.isShared || hasOwn) || !selection.prefix.isEmpty || isCameras
            || Self.bears(selection.camera, file) && !selection.namesakes.contains { Self.bears($0, file) }
    }

    /// Whether a picture is a frame of footage: ZoneMinder stores them so where it makes no video. Other pictures are taken
    /// beside footage, and count only where a pattern asks for them.
    private func isFrame(_ file: String) -> Bool {
        guard file.hasSuffix(".jpg") else { return false }
        if let pattern = selection.pattern { return pattern.text.hasSuffix(".jpg") }
        return file.hasSuffix("-capture.jpg") && file.first?.isNumber == true
    }

    /// The folders below one that are looked into, in the order of their names.
    private func below(_ folder: String, _ found: Folder, _ names: [String], _ now: Int64) -> [String] {
        let depth = Self.depth(folder)
        if let pattern = selection.pattern {
            return depth < pattern.depth ? names.filter { pattern.matches($0, at: depth) }.sorted() : []
        }
        guard selection.looksBelow, depth < Self.deepest else { return [] }
        var names = names.filter { $0.first != "." && !selection.others.contains(absolute(Self.joined(folder, $0))) }
        let own = found.isCameras ? [] : names.filter { isOwn($0) }
        if !own.isEmpty { names = own }
        // Where footage lies itself, what lies below is something else, as clips, exports and pictures; but not a day's.
        if !names.isEmpty, hasFresh(found.files, in: folder, now) {
            names = names.filter { $0.first?.isNumber == true }
        }
        return names.sorted()
    }

    /// Whether one of the last files was written within a day: a file that was left behind is no sign of where footage goes.
    private func hasFresh(_ files: [String], in folder: String, _ now: Int64) -> Bool {
        files.sorted().suffix(32).contains { file in
            var facts = stat()
            return stat(absolute(Self.joined(folder, file)), &facts) == 0
                && Int64(facts.st_mtim.tv_sec) > (now - Self.day) / 1_000
        }
    }

    /// Whether a file's name begins with the camera's.
    private static func bears(_ camera: String, _ file: String) -> Bool {
        guard file.hasPrefix(camera) else { return false }
        return file.dropFirst(camera.count).first.map { !$0.isLetter && !$0.isNumber } ?? false
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private static func name(of path: String) -> Substring {
        path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
    }

    private static func depth(_ folder: String) -> Int {
        folder.isEmpty ? 0 : 1 + folder.utf8.count { $0 == UInt8(ascii: "/") }
    }

    // MARK: The disk

    /// When a folder's names last changed, in nanoseconds since the Unix epoch; `nil` where it is none.
    private static func modified(_ path: String) -> Int64? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        guard facts.st_mode & S_IFMT == S_IFDIR else {
            errno = ENOTDIR
            return nil
        }
        return Int64(facts.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(facts.st_mtim.tv_nsec)
    }

    /// What is in a folder. Links are files here: one that leads up would be followed for ever.
    private static func entries(of path: String) -> (files: [String], folders: [String])? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var (files, folders): ([String], [String]) = ([], [])
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            if isFolder(entry.pointee.d_type, path, name) { folders.append(name) } else { files.append(name) }
        }
        return (files, folders)
    }

    private static func isFolder(_ kind: UInt8, _ path: String, _ name: String) -> Bool {
        if Int(kind) != DT_UNKNOWN { return Int(kind) == DT_DIR }
        // Some filesystems do not tell.
        var facts = stat()
        return lstat(path + "/" + name, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }
}
