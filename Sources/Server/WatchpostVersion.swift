/// The program's version.
public enum WatchpostVersion {
    public static let current = "0.1.0"
}
