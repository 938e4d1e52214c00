internal import CLinux
internal import Dispatch
internal import Glibc
internal import Synchronization

/// The threads of all work queues. The one that became idle last is woken first, so that few threads do the work: their
/// stacks are warm, and what their allocator keeps is little. Dispatch wakes its threads by turns.
enum WorkThreads {
    /// How long a thread waits for work before it ends: longer than the usual intervals, at which many are needed at once.
    private static let patience = Duration.seconds(60)

    /// A thread, for as long as it waits or works.
    private final class Thread: Sendable {
        let wake = Semaphore()
        let next: Mutex<WorkQueue?>

        init(_ queue: WorkQueue) { next = Mutex(queue) }
    }

    /// Those that wait, in the order in which they began to.
    private static let idle = Mutex<[Thread]>([])

    /// Has a thread do the jobs of `queue` until there are none.
    static func work(for queue: WorkQueue) {
        let thread = idle.withLock { idle in
            let thread = idle.popLast()
            thread?.next.withLock { $0 = queue }
            return thread
        }
        if let thread { thread.wake.signal() } else { start(Thread(queue)) }
    }

    private static func start(_ thread: Thread) {
        var id = pthread_t()
        let argument = Unmanaged.passRetained(thread)
        let status = pthread_create(
            &id, nil,
            { argument in
                guard let argument else { return nil }
                WorkThreads.run(Unmanaged<Thread>.fromOpaque(argument).takeRetainedValue())
                return nil
            }, argument.toOpaque())
        if status == 0 {
            pthread_detach(id)
            return
        }
        // No thread is to be had, as the limit of tasks is reached: Dispatch waits until there is one.
        argument.release()
        DispatchQueue.global().async { run(thread) }
    }

    private static func run(_ thread: Thread) {
        // Signals are for those who wait for them.
        var signals = sigset_t()
        sigfillset(&signals)
        for fault in [SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGABRT] { sigdelset(&signals, fault) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var name = ""
        while true {
            if let queue = thread.next.withLock({ $0.take() }) {
                if queue.label != name {
                    name = queue.label
                    wp_name_thread(name)
                }
                queue.work()
            }
            idle.withLock { $0.append(thread) }
            if thread.wake.wait(until: Semaphore.time(after: patience)) { continue }
            let hasLeft = idle.withLock { idle in
                guard let index = idle.firstIndex(where: { $0 === thread }) else { return false }
                idle.remove(at: index)
                return true
            }
            if hasLeft { return }
            // Work was given to it in between.
            thread.wake.wait()
        }
    }
}
