#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Hosts that only programs of this machine reach.
public enum LoopbackHost {
    /// Whether an address, or `localhost`, is one.
    public static func isOne(_ host: String) -> Bool {
        var address = in_addr()
        return host == "localhost" || host == "::1"
            || host.hasPrefix("127.") && inet_pton(AF_INET, host, &address) == 1
    }
}
