/// Which files a folder has, by their numbers: read once in a look for files, however many are missed.
struct FolderNumbers {
    enum Found {
        case there(path: String, FileState)
        case absent
        /// The system does not say.
        case unknown
    }

    private let followsLinks: Bool
    private var folders: [String: [FileNumber: (path: String, state: FileState)]?] = [:]

    init(followsLinks: Bool) { self.followsLinks = followsLinks }

    /// A path's folder, with the slash at its end.
    static func folder(_ path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }

    /// The file with that number at `path`, or in its folder.
    mutating func find(_ number: FileNumber, beside path: String) -> Found {
        switch FileState.look(at: path, followsLinks: followsLinks) {
        case .there(let state) where state.number == number: return .there(path: path, state)
        case .unknown: return .unknown
        case .there, .absent: break
        }
        guard let files = files(in: Self.folder(path)) else { return .unknown }
        return files[number].map { .there(path: $0.path, $0.state) } ?? .absent
    }

    private mutating func files(in folder: String) -> [FileNumber: (path: String, state: FileState)]? {
        if let known = folders[folder] { return known }
        let files = Glob.names(in: folder).map { names in
            var files: [FileNumber: (path: String, state: FileState)] = [:]
            for name in names {
                guard let state = FileState(path: folder + name, followsLinks: followsLinks) else { continue }
                files[state.number] = (folder + name, state)
            }
            return files
        }
        folders[folder] = .some(files)
        return files
    }
}
