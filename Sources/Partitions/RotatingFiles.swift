/// SQLite files that follow one another, `tail-00000017.sqlite`: the unsealed part of a store lives in the newest,
/// and older ones are removed whole once their content is elsewhere, so that no file keeps free pages.
public struct RotatingFiles: Sendable {
    public let directory: String
    public let prefix: String

    public init(directory: String, prefix: String = "tail") {
        self.directory = directory
        self.prefix = prefix
    }

    public func path(of generation: Int) -> String {
        let digits = String(generation)
        return "\(directory)/\(prefix)-\(String(repeating: "0", count: max(0, 8 - digits.utf8.count)))\(digits).sqlite"
    }

    /// Generations that are there, oldest first.
    public func generations() throws(StorageError) -> [Int] {
        try FileSystem.names(in: directory).compactMap { name in
            guard name.hasPrefix(prefix + "-"), name.hasSuffix(".sqlite") else { return nil }
            return Int(name.dropFirst(prefix.utf8.count + 1).dropLast(7))
        }.sorted()
    }

    /// Removes a generation with its log. The database must be closed.
    public func remove(_ generation: Int) throws(StorageError) {
        for path in SQLiteFiles.all(of: path(of: generation)) { try FileSystem.remove(path) }
    }
}

/// The files of which a SQLite database consists.
public enum SQLiteFiles {
    /// The database, its write-ahead log, its shared memory and its rollback journal.
    ///
    /// In the order of safe removal: no log may remain without its file and be taken for that of a later one.
    public static func all(of path: String) -> [String] { [path + "-wal", path + "-shm", path + "-journal", path] }

    /// Bytes of all of them.
    public static func size(of path: String) -> Int64 {
        all(of: path).reduce(0) { $0 + FileSystem.size(of: $1) }
    }

    /// Moves a damaged database aside as `<path>.corrupt`, or `.corrupt-2` … if there is one of that name.
    /// - Returns: the new path.
    @discardableResult
    public static func quarantine(_ path: String) throws(StorageError) -> String {
        var aside = path + ".corrupt"
        var count = 1
        while FileSystem.exists(aside) {
            count += 1
            aside = "\(path).corrupt-\(count)"
        }
        try FileSystem.rename(path, to: aside)
        for suffix in ["-wal", "-shm", "-journal"] where FileSystem.exists(path + suffix) {
            try FileSystem.rename(path + suffix, to: aside + suffix)
        }
        return aside
    }
}
