internal import Glibc

/// libFuzzer, started from a program of Swift: <https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library>.
public enum FuzzDriver {
    public typealias Input = @convention(c) (UnsafePointer<UInt8>, Int) -> Int32

    /// Feeds `input` until the time is over or it crashes, as the command line behind its first word says; then ends the
    /// process.
    public static func run(_ input: @escaping Input) -> Never {
        var count = CommandLine.argc - 1
        var arguments = CommandLine.unsafeArgv + 1
        exit(runDriver(&count, &arguments, input))
    }
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ input: @escaping FuzzDriver.Input
) -> Int32
