package import ConfigText
internal import Foundation

/// Loads a configuration directory.
package enum SiteLoader {
    /// Reads every file of `directory` and checks it. An absent file switches its part off.
    /// - Throws: ``ConfigRefused`` with every error of every file, and the warnings beside them.
    package static func load(directory: String) throws(ConfigRefused) -> Site {
        try load(directory: directory, environment: ProcessInfo.processInfo.environment)
    }

    /// - Parameter environment: what `${NAME}` in Prometheus' `external_labels` stands for.
    package static func load(directory: String, environment: [String: String]) throws(ConfigRefused) -> Site {
        let problems = ProblemList()
        var site = Site()
        let folder = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        if ConfigFiles.isDirectory(folder) {
            let source = DirectorySource(directory: folder)
            SiteAssembler(source: source, environment: environment, problems: problems).assemble(&site)
        } else {
            problems.error(
                at: SourcePosition(file: directory, line: 1, column: 1), "this is not a directory",
                mend: "name the directory that holds watchpost.yml and its kin, or make one with: watchpost init DIR")
        }
        if !problems.errors.isEmpty { throw ConfigRefused(problems: problems.all.inFileOrder) }
        site.warnings = problems.warnings.inFileOrder
        return site
    }

    /// Reads the dashboards of `directory` alone, with what is wrong in them.
    package static func dashboards(directory: String) -> (files: [DashboardFile], problems: [ConfigProblem]) {
        let problems = ProblemList()
        let files = DashboardFiles(source: DirectorySource(directory: directory), problems: problems).read()
        return (files, problems.all.inFileOrder)
    }

    /// What differs after somebody wrote, put there or took away a dashboard of `directory`. Opens no file.
    package static func dashboardListing(directory: String) -> [String] {
        DashboardFiles.listing(DirectorySource(directory: directory))
    }
}

/// Where the files of a site are read from.
protocol SiteSource {
    /// The path that is shown for a file of the site.
    func path(_ name: String) -> String
    /// The text of a file, or `nil` where there is none, or where it cannot be read, which is told to `problems`.
    func text(at path: String, _ problems: ProblemList) -> String?
    /// The paths that a pattern means, sorted.
    func matching(_ pattern: String) -> [String]
}

/// A site's files in a directory.
struct DirectorySource: SiteSource {
    let directory: String

    func path(_ name: String) -> String { FilePaths.join(directory, name) }

    func text(at path: String, _ problems: ProblemList) -> String? {
        ConfigFiles.exists(path) ? ConfigFiles.read(path, problems: problems) : nil
    }

    func matching(_ pattern: String) -> [String] { ConfigFiles.matching(pattern) }
}
