internal import CLinux
internal import Glibc

/// Tells how a process that somebody else started has ended. Linux tells it from 6.15 on.
package final class ProcessEnd: Sendable {
    private let descriptor: Int32

    /// - Returns: `nil` where there is no such process, or the kernel has no such descriptors.
    package init?(pid: Int32) {
        descriptor = wp_process_open(pid)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// The status as of wait(2); `nil` while the process runs, or where nobody knows.
    package var status: Int32? {
        let status = wp_process_status(descriptor)
        return status < 0 ? nil : status
    }
}
