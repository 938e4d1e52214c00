internal import Foundation
internal import LogSearch
internal import Site

extension WatchpostConfig {
    /// The site's time zone: `time_zone`, else the host's.
    var zone: TimeZone { timeZone.flatMap(LogTime.zone) ?? .current }
}
