// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Settings of every Swift target: Swift 6 language mode is the default of this tools version.
let swift: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

extension Target {
    /// A library target of the house; `floor` is checked by the tidy test against `imports`.
    static func house(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target
    {
        .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swift)
    }

    static func tests(of name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target
    {
        .testTarget(
            name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + dependencies, resources: resources,
            swiftSettings: swift)
    }
}

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")

let package = Package(
    name: "watchpost",
    products: [
        .executable(name: "watchpost", targets: ["watchpost"]),
        .library(name: "Instruments", targets: ["Instruments"]),
        .library(name: "HummingbirdInstruments", targets: ["HummingbirdInstruments"]),
        .library(name: "OTLPTracing", targets: ["OTLPTracing"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.7.1"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        // Floor 0: C libraries, and files that are built in.
        .target(name: "CCharconv"),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "CPCRE2", linkerSettings: [.linkedLibrary("pcre2-8")]),
        .target(
            name: "CMarkdown", linkerSettings: [.linkedLibrary("cmark-gfm"), .linkedLibrary("cmark-gfm-extensions")]),
        .target(name: "CGrok"),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CSnappy", providers: [.apt(["libsnappy-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "CAssets"),
        .target(name: "CSite"),
        .target(name: "CLinux"),
        .target(name: "CTLS", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .target(name: "CDigest", linkerSettings: [.linkedLibrary("crypto")]),
        // Floor 1.
        .house("Base", ["CCharconv", "CLinux"]),
        // Floor 2.
        .house("Model", ["Base"]),
        .house("Codecs", ["Base", "CZstd", "CSnappy", "CZlib"]),
        .house("Digests", ["CDigest"]),
        // Floor 3.
        .house("Patterns", ["Model", "Base", "CRE2"]),
        .house("Exposition", ["Model", "Base"]),
        .house("Partitions", ["Model", "Base", "CSQLite"]),
        .house("CameraRecords"),
        .house("SharedCauses", ["Model"]),
        .house("LocalTime", ["Model", "Base"]),
        .house("Streams", ["Model"]),
        .house("ConfigText", ["Patterns", "Model", "Base", yams]),
        .house("GoTemplate", ["Patterns", "Model", "Base"]),
        .house("Transfers", ["Codecs", "Model", "Base", "CCurl"]),
        .house("LogDocuments", ["Model", "Base"]),
        .house("DatePatterns", ["Base"]),
        .house("SampleTraces", ["Model", "Base"]),
        .target(
            name: "Grok", dependencies: ["Patterns", "Model", "Base", "CPCRE2", "CGrok"], exclude: ["PatternSets"],
            swiftSettings: swift),
        // Floor 4.
        .house("Instruments", ["Exposition", "Model", "Base", coreMetrics]),
        .house("MetricStore", ["Partitions", "Codecs", "Model", "Base"]),
        .house("LogStore", ["Partitions", "Codecs", "Model", "Base", "CLinux"]),
        .house("TraceStore", ["Partitions", "Codecs", "Model", "Base"]),
        .house("TraceSearch", ["Model", "Base"]),
        .house("OTLPTracing", ["Transfers", "Codecs", "Model", "Base", tracing, lifecycle, logging]),
        .house("State", ["CameraRecords", "Partitions", "Patterns", "Model", "Base"]),
        // Floor 5.
        .house("HummingbirdInstruments", ["Instruments", "Exposition", hummingbird, nioCore]),
        .house("PromQL", ["Patterns", "Model", "Base"]),
        .house("LogSearch", ["LocalTime", "Patterns", "Model", "Base"]),
        .house("SpanMetrics", ["TraceSearch", "Instruments", "Model", "Base"]),
        .house("RTSP", ["Streams", "Digests", "Model", "Base", "CLinux", "CTLS"]),
        .house("Intervals", ["ConfigText"]),
        .house("Listening", ["Instruments", "Model", "Base", "CLinux", "CTLS"]),
        .house("Recorders", ["ConfigText", "Patterns", "Model", "Base", "CLinux"]),
        .house("LogRelay", ["LogStore", "Transfers", "Partitions", "ConfigText", "Codecs", "Model", "Base"]),
        // Floor 6.
        .house(
            "Collectors",
            [
                "CameraRecords", "SharedCauses", "Recorders", "RTSP", "Intervals", "Instruments", "Exposition",
                "Transfers",
                "ConfigText", "Digests", "Patterns", "Model", "Base", logging,
            ]),
        .house(
            "Scraping",
            [
                "Exposition", "Partitions", "ConfigText", "Transfers", "Codecs", "Patterns", "Digests", "Model", "Base",
            ]),
        .house(
            "LogShipping",
            [
                "Listening", "Recorders", "ConfigText", "Instruments", "Patterns", "Codecs", "Model", "Base", "CLinux",
                "CZlib",
            ]),
        .house(
            "LogPipeline",
            [
                "Grok", "DatePatterns", "Listening", "LogDocuments", "ConfigText", "Transfers", "Digests", "Patterns",
                "Codecs", "Model", "Base", "CLinux",
            ]),
        .house("CameraSimulator", ["RTSP", "Model", "Base"]),
        .house("Nodes", ["SharedCauses", "Model", "Base"]),
        .house("Telemetry", ["LogDocuments", "Model", "Base"]),
        .house("Rules", ["PromQL", "GoTemplate", "ConfigText", "Model", "Base"]),
        // Floor 7.
        .house(
            "Alerting",
            [
                "LocalTime", "Digests", "State", "GoTemplate", "Intervals", "ConfigText", "Scraping", "Transfers",
                "Model", "Base", logging,
            ]),
        .house("OTLPReceiver", ["Telemetry", "Listening", "LogShipping", "Model", "Base"]),
        .house("Dashboards", ["CMarkdown"]),
        .house("RuleTesting", ["Rules", "PromQLScripts", "PromQL", "ConfigText", "Model", "Base"]),
        .house("SiteView", ["TraceSearch", "CameraRecords", "Model", "Base"]),
        .house("HTTPKit", ["Codecs", "Model", "Base", "CLinux", hummingbird, nioCore]),
        // Floor 8.
        .target(
            name: "WebUI",
            dependencies: [
                "LocalTime", "HTTPKit", "SiteView", "TraceSearch", "CameraRecords", "Dashboards", "Model", "Base",
                "CAssets", hummingbird, mustache, nioCore,
            ],
            exclude: ["Assets"], swiftSettings: swift),
        .house(
            "AlertmanagerHTTP", ["Alerting", "State", "HTTPKit", "Patterns", "Model", "Base", hummingbird, nioCore]),
        .house(
            "PrometheusHTTP",
            [
                "MetricStore", "Rules", "Scraping", "PromQL", "Instruments", "Exposition", "HTTPKit", "Codecs", "Model",
                "Base",
                hummingbird, nioCore,
            ]),
        .house(
            "ElasticHTTP",
            ["LogDocuments", "LogSearch", "HTTPKit", "Codecs", "Patterns", "Model", "Base", hummingbird, nioCore]),
        .house(
            "LokiHTTP",
            ["Listening", "LogDocuments", "LogShipping", "HTTPKit", "Codecs", "Model", "Base", hummingbird, nioCore]),
        .house(
            "OTLPHTTP",
            [
                "OTLPReceiver", "Telemetry", "Listening", "LogShipping", "HTTPKit", "Codecs", "Model", "Base",
                hummingbird, nioCore,
            ]),
        .house(
            "OTLPGRPC",
            [
                "OTLPReceiver", "Telemetry", "HTTPKit", "Codecs", "Model", "Base", nioCore, nioHPACK, nioHTTP2,
                nioPosix,
            ]),
        .house("ZipkinHTTP", ["Telemetry", "Listening", "HTTPKit", "Codecs", "Model", "Base", hummingbird, nioCore]),
        .house(
            "JaegerHTTP",
            ["TraceSearch", "PromQL", "Telemetry", "LogDocuments", "HTTPKit", "Model", "Base", hummingbird, nioCore]),
        .house(
            "WatchpostHTTP",
            [
                "Alerting", "LocalTime", "HummingbirdInstruments", "Instruments", "Dashboards", "SiteView",
                "TraceSearch", "CameraRecords", "LogRelay", "HTTPKit", "Codecs", "Model", "Base", hummingbird, nioCore,
            ]),
        .house(
            "Demo",
            [
                "SampleTraces", "CameraSimulator", "ConfigText", "HummingbirdInstruments", "Instruments", "Site",
                "SiteView",
                "Telemetry", "Transfers", "Model", nioCore, nioPosix, hummingbird, logging,
            ]),
        .target(
            name: "Site",
            dependencies: [
                "Alerting", "Collectors", "LogPipeline", "LogRelay", "LogShipping", "Recorders", "Rules", "Scraping",
                "Partitions", "ConfigText", "Patterns", "Model", "Base", "CSite",
            ],
            exclude: ["BuiltInSite", "SeedSite"], swiftSettings: swift),
        // Floor 9.
        .house(
            "Server",
            [
                "Alerting", "AlertmanagerHTTP", "Base", "CameraRecords", "Collectors", "Dashboards", "ElasticHTTP",
                "HTTPKit", "HummingbirdInstruments", "JaegerHTTP", "LokiHTTP", "OTLPGRPC", "OTLPHTTP", "OTLPReceiver",
                "OTLPTracing",
                "PrometheusHTTP", "SpanMetrics", "TraceSearch", "TraceStore", "WatchpostHTTP", "ZipkinHTTP",
                "Instruments", "Listening", "LocalTime", "LogDocuments", "LogPipeline", "LogRelay", "LogSearch",
                "LogShipping", "LogStore", "MetricStore", "Nodes", "Patterns", "Model", "Partitions",
                "PromQL", "RTSP", "Recorders", "Rules", "Scraping", "ConfigText", "Site", "SiteView", "State",
                "Transfers",
                "WebUI", hummingbird, lifecycle, unixSignals, logging, nioCore, nioHTTP1, nioPosix, tracing,
            ]),
        // Floor 10.
        .executableTarget(
            name: "watchpost",
            dependencies: [
                "Server", "Demo", "CameraRecords", "Collectors", "Dashboards", "LogDocuments", "LogPipeline",
                "RuleTesting", "TraceSearch", "Patterns", "LocalTime",
                "Model", "Base", "PromQL", "RTSP", "Recorders",
                "ConfigText", "Site", "SiteView", "Transfers", argumentParser,
            ],
            swiftSettings: swift),
        // For those who work on PromQL: its test language, and a runner of test scripts.
        .house("PromQLScripts", ["PromQL", "Model", "Base"]),
        .executableTarget(
            name: "promqltest", dependencies: ["PromQL", "PromQLScripts", argumentParser], swiftSettings: swift),
        // What the benchmarks run.
        .executableTarget(
            name: "measure",
            dependencies: [
                "SampleTraces", "SpanMetrics", "Telemetry", "TraceStore",
                "Listening", "LogShipping", "LogPipeline", "LogSearch", "LogStore", "Partitions", "ConfigText",
                "Transfers",
                "CameraSimulator", "RTSP", "Instruments", "Exposition", "Model", "Base", argumentParser,
            ],
            swiftSettings: swift),
        // How a service of one's own is instrumented.
        .executableTarget(
            name: "PlateReader",
            dependencies: ["HummingbirdInstruments", "Instruments", "OTLPTracing", hummingbird, metrics, tracing],
            path: "Examples/PlateReader",
            swiftSettings: swift),
        // Tests.
        .house("TestSupport"),
        .tests(of: "Base", ["TestSupport"]),
        .tests(of: "Model", ["Base"]),
        .tests(of: "Codecs", ["TestSupport", "Base"]),
        .tests(of: "Digests", ["Base"]),
        .tests(of: "Patterns", ["TestSupport", "Model", "Base"]),
        .tests(of: "Partitions", ["Model"]),
        .tests(
            of: "Site",
            [
                "TestSupport", "Alerting", "Collectors", "LogRelay", "Recorders", "LogShipping", "Rules", "Scraping",
                "ConfigText",
                "Model", "Base",
            ]),
        .tests(of: "GoTemplate", ["Model"]),
        .tests(of: "Transfers", ["TestSupport", "Model"]),
        .target(name: "CPowerCut", path: "Tests/CPowerCut", linkerSettings: [.linkedLibrary("sqlite3")]),
        .tests(of: "MetricStore", ["CPowerCut", "TestSupport", "Partitions", "Codecs", "Patterns", "Model", "Base"]),
        .tests(of: "CameraRecords", ["TestSupport"]),
        .tests(of: "SharedCauses", ["TestSupport", "Model"]),
        .tests(of: "State", ["TestSupport", "CameraRecords", "Partitions", "Patterns", "Model"]),
        .tests(
            of: "Alerting",
            ["TestSupport", "Intervals", "State", "ConfigText", "Transfers", "Patterns", "Model", "Base"]),
        .tests(of: "Dashboards"),
        .tests(of: "LogStore", ["LogSearch", "TestSupport", "Partitions", "Codecs", "Model", "Base"]),
        .tests(of: "LogSearch", ["TestSupport", "Model", "Base"]),
        .tests(of: "LocalTime", ["Model"]),
        .tests(of: "LogDocuments", ["TestSupport", "Model", "Base"]),
        .tests(of: "DatePatterns", ["TestSupport", "Base"]),
        .tests(of: "Grok", ["TestSupport", "Patterns", "Model", "Base"]),
        .testTarget(
            name: "LogPipelineTests",
            dependencies: [
                "LogPipeline", "Grok", "Patterns", "Listening", "LogDocuments", "Codecs", "ConfigText", "Transfers",
                "TestSupport",
                "Model", "Base",
            ],
            exclude: ["Pipelines"], swiftSettings: swift),
        .tests(
            of: "ElasticHTTP",
            [
                "LogDocuments", "LogSearch", "LogStore", "HTTPTestSupport", "TestSupport", "HTTPKit", "Codecs", "Model",
                "Base", hummingbird, nioCore,
            ]),
        .tests(
            of: "LokiHTTP",
            [
                "Listening", "LogDocuments", "HTTPTestSupport", "HTTPKit", "Codecs", "Model", "Base", hummingbird,
                nioCore,
            ]),
        .tests(
            of: "LogRelay",
            ["LogStore", "Partitions", "Codecs", "ConfigText", "Transfers", "TestSupport", "Model", "Base"]),
        .tests(
            of: "LogShipping",
            [
                "Listening", "LogStore", "ConfigText", "Codecs", "Instruments", "TestSupport", "Patterns", "Model",
                "Base",
            ]),
        .tests(of: "Listening", ["TestSupport", "Base"]),
        .tests(of: "SampleTraces", ["Model", "Base"]),
        .tests(of: "TraceStore", ["SampleTraces", "TestSupport", "Partitions", "Codecs", "Model", "Base"]),
        .tests(of: "TraceSearch", ["SampleTraces", "TestSupport", "Model", "Base"]),
        .tests(of: "OTLPTracing", ["Telemetry", "TestSupport", "Transfers", "Codecs", "Model", "Base", tracing]),
        .tests(of: "SpanMetrics", ["SampleTraces", "TraceSearch", "TestSupport", "Instruments", "Model", "Base"]),
        .tests(
            of: "OTLPGRPC",
            [
                "Telemetry", "Listening", "OTLPReceiver", "TestSupport", "HTTPKit", "Codecs", "Model", "Base", nioCore,
                nioHPACK, nioHTTP2, nioPosix,
            ]),
        .tests(of: "ZipkinHTTP", ["Listening", "HTTPTestSupport", "HTTPKit", "Model", "Base", hummingbird, nioCore]),
        .tests(
            of: "JaegerHTTP",
            [
                "SampleTraces", "TraceSearch", "PromQL", "LogDocuments", "HTTPTestSupport", "TestSupport", "HTTPKit",
                "Model", "Base", hummingbird, nioCore,
            ], resources: [.copy("Golden")]),
        .tests(of: "Streams", ["TestSupport", "Model", "Base"]),
        .tests(of: "RTSP", ["CameraSimulator", "TestSupport", "Model", "Base"]),
        .tests(of: "CameraSimulator", ["TestSupport", "Model", "Base"]),
        .tests(of: "PromQL", ["promqltest", "PromQLScripts", "TestSupport", "Exposition", "Model", "Base"]),
        .tests(of: "Exposition", ["TestSupport", "Model", "Base"]),
        .tests(
            of: "Scraping", ["TestSupport", "Exposition", "ConfigText", "Transfers", "Patterns", "Model", "Base"]),
        .tests(of: "Nodes", ["TestSupport", "MetricStore", "Model", "Base"]),
        .tests(of: "Telemetry", ["LogDocuments", "SampleTraces", "TestSupport", "Model", "Base"]),
        .tests(of: "Rules", ["TestSupport", "PromQL", "ConfigText", "Model", "Base"]),
        .tests(of: "Instruments", ["TestSupport", "Model", "Base"]),
        .tests(of: "Recorders", ["TestSupport", "Model", "Base"]),
        .tests(
            of: "Collectors",
            [
                "CameraRecords", "SharedCauses", "State", "TestSupport", "Recorders", "RTSP", "Intervals",
                "Instruments", "Transfers",
                "ConfigText", "Model", "Base", logging,
            ]),
        .testTarget(name: "TidyTests", swiftSettings: swift),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "watchpost", "PlateReader", "CameraRecords", "CameraSimulator", "TestSupport", "Base", "Exposition",
                "Instruments", "LogStore",
                "Codecs", "Model", "SampleTraces", "SiteView", "Telemetry", "Transfers",
                "HTTPKit", "HTTPTestSupport", "WebUI", hummingbird, logging,
            ],
            exclude: ["Parts"],
            swiftSettings: swift),
        .target(
            name: "HTTPTestSupport",
            dependencies: [
                "HTTPKit", "SiteView", "TraceSearch", "CameraRecords", "Model", hummingbird, logging, nioCore,
                nioEmbedded,
            ],
            path: "Tests/HTTPTestSupport", swiftSettings: swift),
        .tests(of: "HTTPKit", ["HTTPTestSupport", hummingbird, nioCore]),
        .tests(
            of: "AlertmanagerHTTP",
            [
                "HTTPTestSupport", "TestSupport", "HTTPKit", "Alerting", "State", "ConfigText",
                "Transfers",
                "Model", "Base", hummingbird, nioCore,
            ]),
        .tests(
            of: "PrometheusHTTP",
            [
                "HTTPTestSupport", "TestSupport", "HTTPKit", "MetricStore", "Rules", "Scraping", "PromQL",
                "Instruments", "Partitions",
                "Exposition", "Transfers", "Model", "Base", hummingbird, nioCore,
            ]),
        .tests(
            of: "OTLPHTTP",
            ["OTLPReceiver", "Listening", "HTTPTestSupport", "HTTPKit", "Model", "Base", hummingbird, nioCore]),
        .tests(
            of: "WatchpostHTTP",
            [
                "SampleTraces", "TraceSearch", "HTTPTestSupport", "HTTPKit", "SiteView", "Dashboards", "Instruments",
                "Alerting", "LogRelay", "LogStore",
                "Codecs", "ConfigText", "Transfers", "Model", "Base", hummingbird, nioCore,
            ]),
        .tests(
            of: "WebUI",
            [
                "SampleTraces", "TraceSearch", "HTTPTestSupport", "HTTPKit", hummingbird, nioCore, "CameraRecords",
                "Dashboards", "SiteView", "Model",
            ]),
        .tests(
            of: "Server",
            [
                "Alerting", "CameraRecords", "Collectors", "RTSP", "Intervals", "Rules", "HTTPKit", "Instruments",
                "LogPipeline", "LogRelay", "LogStore", "MetricStore", "OTLPTracing", "Recorders", "Partitions",
                "PromQL",
                "ConfigText",
                "Site", "SiteView", "WebUI",
                "State", "TestSupport", "Transfers", "Model", "Base", logging, hummingbird, nioCore, tracing,
            ]),
    ],
    cxxLanguageStandard: .cxx17
)

// Only with the fuzzers' flags can their program be linked: see scripts/fuzz.
if ProcessInfo.processInfo.environment["WATCHPOST_FUZZ"] != nil {
    package.targets.append(.target(name: "FuzzDriver", path: "Fuzzers/Driver", swiftSettings: swift))
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "FuzzDriver", "ConfigText", "Dashboards", "Exposition", "GoTemplate", "LogSearch", "LogStore",
                "MetricStore",
                "PromQL",
                "RTSP", "Recorders", "RuleTesting", "Scraping", "Site", "Streams", "Telemetry", "Codecs", "Model",
                "Base",
            ], path: "Fuzzers/Fuzz", swiftSettings: swift + [.unsafeFlags(["-parse-as-library"])]))
}
