/// The program's version.
package enum WatchpostVersion {
    package static let current = "0.1.0"
}
