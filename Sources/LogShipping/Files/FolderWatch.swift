import Base
internal import CLinux
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The shipper's pause: it ends when a name came or went in a folder that is watched, so that a file is opened before it
/// is renamed or deleted again. Where the kernel watches nothing (a share of another host), pauses end by time alone.
final class FolderWatch: Sendable {
    private let watch: Int32
    private let waker: Int32
    /// The kernel's numbers of folders that are watched.
    private let folders = Mutex<[String: Int32]>([:])

    private static let foldersMax = 1_024

    init() {
        watch = wp_folder_watch()
        waker = wp_waker()
    }

    deinit {
        if watch >= 0 { close(watch) }
        if waker >= 0 { close(waker) }
    }

    /// Watches these folders and no others.
    func look(at paths: Set<String>) {
        if watch < 0 { return }
        folders.withLock { folders in
            let former = folders
            folders = [:]
            // Again and again: a folder that was deleted and made anew is another one to the kernel.
            for path in paths.sorted().prefix(Self.foldersMax) {
                let number = wp_folder_watch_add(watch, path.isEmpty ? "." : path)
                if number >= 0 { folders[path] = number }
            }
            let kept = Set(folders.values)
            for number in Set(former.values) where !kept.contains(number) { wp_folder_watch_remove(watch, number) }
        }
    }

    /// Waits, and holds up its thread.
    /// - Returns: whether a name came or went.
    func wait(for duration: Duration) -> Bool {
        wp_folder_watch_wait(watch, waker, Int32(clamping: max(0, duration.milliseconds))) != 0
    }

    /// Ends a wait, or the next one.
    func wake() { if waker >= 0 { wp_wake(waker) } }
}
