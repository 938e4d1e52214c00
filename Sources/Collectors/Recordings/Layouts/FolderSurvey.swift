internal import Glibc
internal import Recorders

/// A look at what lies in a folder and below it, once and within bounds: of days, hours and events the newest, of all else
/// everything. Nothing is opened, and no link below the folder is followed.
struct FolderSurvey: Sendable {
    /// Paths of regular files that are segments by their names, below the folder.
    var segments: [String] = []
    /// Another file, where there is one.
    var other: String?
    /// Why folders cannot be read, by their paths; few of many.
    var unread: [(path: String, cause: String)] = []
    /// Whether there is more than was looked at.
    var isPartial = false
    /// Why the folder itself cannot be read.
    var problem: String?
    /// Whether the folder is not there.
    var isAbsent = false

    private static let entriesMax = 50_000
    private static let depthMax = 10
    private static let unreadMax = 3
    /// So many of a folder's dates are looked into.
    private static let datesMax = 3
    /// And so many numbers in a day's folder, as hours, channels or events.
    private static let numbersMax = 32

    /// - Parameter deadline: when to leave the rest. A folder whose disk hangs is waited for nevertheless.
    static func of(_ path: String, until deadline: ContinuousClock.Instant) -> FolderSurvey {
        var survey = FolderSurvey()
        var entries = 0
        // Those last that are looked into first.
        var pending: [(folder: String, depth: Int)] = [("", 0)]
        while let (folder, depth) = pending.popLast() {
            guard entries < entriesMax, ContinuousClock.now < deadline else {
                survey.isPartial = true
                break
            }
            let whole = folder.isEmpty ? path : path + "/" + folder
            guard let stream = open(whole, isRoot: folder.isEmpty) else {
                let (cause, code) = (String(cString: strerror(errno)), errno)
                if folder.isEmpty {
                    survey.problem = cause
                    survey.isAbsent = code == ENOENT
                } else if survey.unread.count < unreadMax {
                    survey.unread.append((whole, cause))
                }
                continue
            }
            defer { closedir(stream) }
            var below: [String] = []
            while let entry = readdir(stream) {
                entries += 1
                if entries >= entriesMax || entries % 256 == 0 && ContinuousClock.now >= deadline {
                    survey.isPartial = true
                    break
                }
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                // Hidden ones are of programs, as thumbnails are.
                if name.first == "." { continue }
                switch kind(of: entry.pointee.d_type, whole + "/" + name) {
                case DT_DIR: below.append(name)
                case DT_REG where SegmentFormat(fileName: name) != nil:
                    survey.segments.append(folder.isEmpty ? name : folder + "/" + name)
                case DT_REG: survey.other = survey.other ?? (folder.isEmpty ? name : folder + "/" + name)
                default: break
                }
            }
            guard depth < depthMax else {
                survey.isPartial = survey.isPartial || !below.isEmpty
                continue
            }
            for name in newest(below, in: folder) {
                pending.append((folder.isEmpty ? name : folder + "/" + name, depth + 1))
            }
        }
        return survey
    }

    /// A folder, opened without following a link, except in the path that somebody has written.
    private static func open(_ path: String, isRoot: Bool) -> OpaquePointer? {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | (isRoot ? 0 : O_NOFOLLOW))
        guard descriptor >= 0 else { return nil }
        if let stream = fdopendir(descriptor) { return stream }
        let cause = errno
        close(descriptor)
        errno = cause
        return nil
    }

    private static func kind(of type: UInt8, _ path: String) -> Int {
        if Int(type) != DT_UNKNOWN { return Int(type) }
        // Some filesystems do not tell.
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return DT_UNKNOWN }
        switch facts.st_mode & S_IFMT {
        case S_IFDIR: return DT_DIR
        case S_IFREG: return DT_REG
        default: return DT_UNKNOWN
        }
    }

    /// Those that are looked into, in the order of their names.
    private static func newest(_ names: [String], in folder: String) -> [String] {
        let parent = folder.split(separator: "/").last.map(String.init) ?? ""
        var dates: [String] = []
        var numbers: [String] = []
        var others: [String] = []
        for name in names {
            if isDate(name, in: parent) {
                dates.append(name)
            } else if name.allSatisfy(\.isNumber) {
                numbers.append(name)
            } else {
                others.append(name)
            }
        }
        dates = dates.sorted().suffix(datesMax)
        // Events have numbers, as cameras may: those of a day are many, and alike.
        if numbers.count > numbersMax {
            numbers = numbers.sorted { ($0.count, $0) < ($1.count, $1) }.suffix(
                isDay(parent) ? datesMax : numbersMax * 8)
        }
        return others.sorted() + numbers.sorted() + dates
    }

    private static func isDay(_ name: String) -> Bool {
        name.count >= 8 && name.hasPrefix("20") || name.count == 2 && name.allSatisfy(\.isNumber)
    }

    /// Whether a folder is of a year, a month or a day.
    private static func isDate(_ name: String, in parent: String) -> Bool {
        let digits = name.prefix { $0.isNumber }.count
        if name.hasPrefix("20") { return digits == 4 || digits == 8 }
        let isOfYear = parent.count == 4 && parent.hasPrefix("20") && parent.allSatisfy(\.isNumber)
        return digits == 2 && name.count == 2 && (isOfYear || parent.count == 2 && parent.allSatisfy(\.isNumber))
    }
}
