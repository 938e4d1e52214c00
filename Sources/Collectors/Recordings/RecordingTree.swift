internal import Glibc
internal import Recorders

/// The names of a camera's segments in a folder and those below it, looked through a piece at a time: a folder that has not
/// changed is not read again, and what is old and stands still is not kept name by name.
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
        /// Whether folders below are looked into.
        var looksBelow = false
        /// Folders of other cameras, below this one; paths.
        var others: Set<String> = []
    }

    private struct Folder {
        var modified: Int64 = -1
        var files: [String] = []
        var folders: [String] = []
        /// The walk in which it was last seen.
        var walk = 0
        /// Whether a part of its path is the camera's name.
        var isCameras = false
    }

    let path: String
    private let selection: Selection
    /// By path below ``path``; the empty one is that itself.
    private var known: [String: Folder] = [:]
    private var walk = 0
    /// Folders that are still to be looked at, those first that come last.
    private var pending: [String] = []
    /// Whether all was looked at once.
    private(set) var isComplete = false
    /// A file that is no segment of the camera, where none is.
    private(set) var other: String?

    /// Beyond, nobody sorts recordings by folders: a link or a mistake leads there.
    private static let deepest = 8
    private static let foldersMax = 100_000

    init(path: String, _ selection: Selection) {
        self.path = path
        self.selection = selection
    }

    /// The folders that hold segments: their paths below ``path``, when their names last changed in milliseconds since the
    /// Unix epoch, and the names.
    var folders: some Sequence<(path: String, modified: Int64, names: [String])> {
        known.lazy.filter { !$0.value.files.isEmpty }.map { ($0.key, $0.value.modified / 1_000_000, $0.value.files) }
    }

    /// Whether a folder on the way to a segment has changed since it was looked at.
    func hasChanged(on way: String) -> Bool {
        if !pending.isEmpty { return true }
        var folder = Self.folder(of: way)
        while true {
            if Self.modified(absolute(folder)) != known[folder]?.modified { return true }
            if folder.isEmpty { return false }
            folder = Self.folder(of: folder)
        }
    }

    /// Looks at folders until all were, or the time is over; those whose names are greatest come first.
    /// - Returns: why the folder itself cannot be read, as `errno` says it.
    mutating func advance(until: ContinuousClock.Instant) -> String? {
        if pending.isEmpty {
            walk += 1
            pending = [""]
        }
        while let folder = pending.popLast() {
            if let problem = look(at: folder), folder.isEmpty {
                pending = []
                return problem
            }
            if ContinuousClock.now >= until { break }
        }
        if pending.isEmpty {
            known = known.filter { $0.value.walk == walk }
            if !known.values.allSatisfy(\.files.isEmpty) { other = nil }
            isComplete = true
        }
        return nil
    }

    private func absolute(_ folder: String) -> String { folder.isEmpty ? path : path + "/" + folder }

    private mutating func look(at folder: String) -> String? {
        let place = absolute(folder)
        guard let modified = Self.modified(place) else { return String(cString: strerror(errno)) }
        var found = known[folder] ?? Folder()
        if found.modified != modified {
            guard let entries = Self.entries(of: place) else { return String(cString: strerror(errno)) }
            let parent = folder.isEmpty ? nil : known[Self.folder(of: folder)]
            found.isCameras = parent?.isCameras == true || Self.name(of: folder) == selection.camera && !folder.isEmpty
            found.modified = modified
            found.files = entries.files.filter { isWanted($0, in: folder, found.isCameras) }
            found.folders = below(folder, entries.folders, hasFiles: !found.files.isEmpty)
            if let file = entries.files.first(where: { $0.first != "." }), found.files.isEmpty { other = other ?? file }
        }
        found.walk = walk
        guard known.count < Self.foldersMax || known[folder] != nil else { return nil }
        known[folder] = found
        pending += found.folders.map { folder.isEmpty ? $0 : folder + "/" + $0 }
        return nil
    }

    private func isWanted(_ file: String, in folder: String, _ isCameras: Bool) -> Bool {
        guard file.hasPrefix(selection.prefix), SegmentFormat(fileName: file) != nil else { return false }
        if let pattern = selection.pattern {
            return Self.depth(folder) == pattern.depth && pattern.matches(file, at: pattern.depth)
        }
        return !selection.isShared || isCameras || Self.bears(selection.camera, file)
    }

    /// The folders below one that are looked into, in the order of their names.
    private func below(_ folder: String, _ names: [String], hasFiles: Bool) -> [String] {
        let depth = Self.depth(folder)
        if let pattern = selection.pattern {
            return depth < pattern.depth ? names.filter { pattern.matches($0, at: depth) }.sorted() : []
        }
        // Where footage lies itself, what lies below is something else: clips, exports, pictures.
        guard selection.looksBelow, depth < Self.deepest, !hasFiles else { return [] }
        let own = names.filter { $0 == selection.camera }
        return (own.isEmpty ? names : own).filter {
            $0.first != "." && !selection.others.contains(absolute(folder) + "/" + $0)
        }.sorted()
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
