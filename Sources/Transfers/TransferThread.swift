internal import CCurl
internal import Foundation
internal import Synchronization

/// The thread that drives libcurl's multi interface. Others hand exchanges to it and wake it.
final class TransferThread: Sendable {
    private enum Command: Sendable {
        case start(Exchange)
        case cancel(UInt64)
        case stop
    }

    // curl_multi_wakeup is the one call that libcurl allows from any thread; all others come from the thread below.
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer
    private let commands = Mutex<[Command]>([])
    private let lastID = Atomic<UInt64>(0)

    private init(multi: UnsafeMutableRawPointer) { self.multi = multi }

    static func start() -> TransferThread {
        curl_global_init(Int(CURL_GLOBAL_ALL))
        guard let multi = curl_multi_init() else { preconditionFailure("BUG: libcurl has no memory at start") }
        let transfers = TransferThread(multi: multi)
        let thread = Thread { transfers.run() }
        thread.name = "transfers"
        thread.stackSize = 512 << 10
        thread.start()
        return transfers
    }

    func nextID() -> UInt64 { lastID.add(1, ordering: .relaxed).newValue }

    /// Hands over `exchange`; the caller no longer touches it.
    func submit(_ exchange: Exchange) { give(.start(exchange)) }

    func cancel(_ id: UInt64) { give(.cancel(id)) }

    func stop() { give(.stop) }

    private func give(_ command: Command) {
        commands.withLock { $0.append(command) }
        curl_multi_wakeup(multi)
    }

    private func run() {
        var active: [UInt64: Exchange] = [:]
        var stopped = false
        while !stopped {
            for command in takeCommands() {
                switch command {
                case .start(let exchange):
                    active[exchange.id] = exchange
                    curl_multi_add_handle(multi, exchange.handle)
                case .cancel(let id):
                    guard let exchange = active.removeValue(forKey: id) else { continue }
                    curl_multi_remove_handle(multi, exchange.handle)
                    exchange.cancel()
                case .stop: stopped = true
                }
            }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            finishDone(&active)
            if !stopped { curl_multi_poll(multi, nil, 0, active.isEmpty ? 60_000 : 1_000, nil) }
        }
        for exchange in active.values {
            curl_multi_remove_handle(multi, exchange.handle)
            exchange.cancel()
        }
        curl_multi_cleanup(multi)
    }

    private func takeCommands() -> [Command] {
        commands.withLock { pending in
            defer { pending = [] }
            return pending
        }
    }

    private func finishDone(_ active: inout [UInt64: Exchange]) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            let code = message.pointee.data.result
            var context: UnsafeMutableRawPointer?
            _ = wp_curl_private(handle, &context)
            curl_multi_remove_handle(multi, handle)
            guard let context else { continue }
            let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
            active[exchange.id] = nil
            exchange.complete(with: code)
        }
    }
}
