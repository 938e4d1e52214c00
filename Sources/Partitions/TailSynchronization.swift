public import Base

/// Keeps a store's tail on the disk: a power cut may take the last second of it, and no more.
public enum TailSynchronization {
    /// Runs until the task is cancelled, or the tail is closed.
    /// - Parameters:
    ///   - changes: woken by each append; `nil` once the tail is closed.
    ///   - synchronize: waits until what was appended is on the disk. What fails is tried again.
    public static func run(changes: () -> Pause?, synchronize: () throws -> Void) async {
        while !Task.isCancelled, let changes = changes() {
            await changes.sleep(for: .seconds(60))
            try? await Pause.sleep(for: .seconds(1))
            do { try synchronize() } catch { changes.wake() }
        }
    }
}
