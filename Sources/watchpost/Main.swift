import ArgumentParser
import GRDB
import Hummingbird
import Logging
import Mustache
import NIOPosix
import ServiceLifecycle
import UnixSignals
import Yams

@main
struct Main {
    static func main() {}
}
