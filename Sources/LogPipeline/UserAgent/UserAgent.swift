/// What a user agent says of itself: the program, the system it runs on, the device.
package struct UserAgent: Hashable, Sendable {
    /// A program or a system, with its version as far as it is said.
    package struct Part: Hashable, Sendable {
        /// `Other` where it is not known.
        package var family: String
        package var major: String?
        package var minor: String?
        package var patch: String?
        package var build: String?

        static let other = Part(family: "Other", versions: [])

        init(family: String, versions: [String?]) {
            func version(_ index: Int) -> String? {
                versions.indices.contains(index) ? versions[index].flatMap { $0.isEmpty ? nil : $0 } : nil
            }
            self.family = family
            major = version(0)
            minor = version(1)
            patch = version(2)
            build = version(3)
        }

        /// `120.0.6099`, as far as parts follow one another.
        package var version: String? {
            let parts = [major, minor, patch, build].prefix { $0 != nil }.compactMap(\.self)
            return parts.isEmpty ? nil : parts.joined(separator: ".")
        }

        /// With its version: `Mac OS X 10.11`.
        package var full: String { version.map { "\(family) \($0)" } ?? family }
    }

    package var program: Part
    package var system: Part
    /// `Mac`, `iPhone`, `Spider`, a model, or `Other`.
    package var device: String

    // MARK: Fields of Logstash's filter

    /// The fields that the filter sets where names are the former ones, below its target; `prefix` goes before each.
    ///
    /// https://www.elastic.co/guide/en/logstash/current/plugins-filters-useragent.html
    package func fields(prefix: String = "") -> [(name: String, value: String)] {
        let fields: [(String, String?)] = [
            ("name", program.family), ("version", program.version), ("major", program.major), ("minor", program.minor),
            ("patch", program.patch), ("os", system.full), ("os_name", system.family), ("os_version", system.version),
            ("os_major", system.major), ("os_minor", system.minor), ("os_patch", system.patch), ("device", device),
        ]
        return fields.compactMap { name, value in value.map { (prefix + name, $0) } }
    }

    /// The fields of the Elastic Common Schema, below the filter's target, which is `user_agent` if none is said.
    package func ecsFields(prefix: String = "") -> [(path: [String], value: String)] {
        let fields: [([String], String?)] = [
            (["name"], program.family), (["version"], program.version), (["os", "name"], system.family),
            (["os", "version"], system.version), (["os", "full"], system.full), (["device", "name"], device),
        ]
        return fields.compactMap { path, value in
            value.map { ([prefix + (path.first ?? "")] + path.dropFirst(), $0) }
        }
    }

    /// What the filter puts below `[@metadata][filter][user_agent]` with the schema: the parts of versions.
    package var ecsMetadata: [(path: [String], value: String)] {
        let fields: [([String], String?)] = [
            (["version", "major"], program.major), (["version", "minor"], program.minor),
            (["version", "patch"], program.patch), (["os", "version", "major"], system.major),
            (["os", "version", "minor"], system.minor), (["os", "version", "patch"], system.patch),
        ]
        return fields.compactMap { path, value in value.map { (path, $0) } }
    }
}
