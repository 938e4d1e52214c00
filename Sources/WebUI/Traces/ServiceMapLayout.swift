/// Where the boxes and lines of a map stand: boxes in layers from left to right, so that calls go to the right where they can.
///
/// The way of Sugiyama: calls that close a circle are turned, each box stands one layer behind the last of those that call it,
/// long lines get places of their own in the layers between, and the layers are ordered so that few lines cross.
struct ServiceMapLayout: Sendable {
    struct Place: Sendable, Hashable {
        var x: Int
        var y: Int
    }

    static let boxWidth = 200
    static let boxHeight = 48
    /// Between boxes of one layer, and between lines that go through it.
    private static let rowGap = 28
    private static let laneGap = 4
    private static let columnGap = 136
    private static let laneHeight = 16
    private static let margin = 32

    /// The upper left corner of each box.
    private(set) var boxes: [Place]
    /// Points through which the line of each call goes, the first at the caller and the last at who is called; none for a box
    /// that calls itself.
    private(set) var lines: [[Place]]
    private(set) var width = 0
    private(set) var height = 0

    /// - Parameters:
    ///   - count: of boxes.
    ///   - calls: from which box to which.
    init(count: Int, calls: [(from: Int, to: Int)]) {
        boxes = Array(repeating: Place(x: 0, y: 0), count: count)
        lines = Array(repeating: [], count: calls.count)
        var grid = ServiceMapGrid(count: count, calls: calls)
        grid.order()
        place(grid)
        draw(grid, calls)
    }

    private mutating func place(_ grid: ServiceMapGrid) {
        func height(of item: Int) -> Int { item < boxes.count ? Self.boxHeight : Self.laneHeight }
        func gap(_ first: Int, _ second: Int) -> Int { min(first, second) < boxes.count ? Self.rowGap : Self.laneGap }
        let heights = grid.layers.map { layer in
            layer.reduce(0) { $0 + height(of: $1) } + zip(layer, layer.dropFirst()).reduce(0) { $0 + gap($1.0, $1.1) }
        }
        let tallest = heights.max() ?? 0
        var lanes: [Place] = Array(repeating: Place(x: 0, y: 0), count: grid.itemCount - boxes.count)
        for (column, layer) in grid.layers.enumerated() {
            let x = Self.margin + column * (Self.boxWidth + Self.columnGap)
            var y = Self.margin + (tallest - heights[column]) / 2
            for (index, item) in layer.enumerated() {
                if index > 0 { y += gap(layer[index - 1], item) }
                if item < boxes.count {
                    boxes[item] = Place(x: x, y: y)
                } else {
                    lanes[item - boxes.count] = Place(x: x, y: y + Self.laneHeight / 2)
                }
                y += height(of: item)
            }
        }
        self.lanes = lanes
        width = grid.layers.count * (Self.boxWidth + Self.columnGap) - Self.columnGap + 2 * Self.margin
        self.height = tallest + 2 * Self.margin
    }

    /// Of what stands for a line in a layer.
    private var lanes: [Place] = []

    private mutating func draw(_ grid: ServiceMapGrid, _ calls: [(from: Int, to: Int)]) {
        /// The height of an item's middle.
        func middle(_ item: Int) -> Int {
            item < boxes.count ? boxes[item].y + Self.boxHeight / 2 : lanes[item - boxes.count].y
        }
        // Lines that end at the same side of a box are spread over it, in the order of where they come from.
        var right: [[Int]] = Array(repeating: [], count: boxes.count)
        var left = right
        for (call, chain) in grid.chains.enumerated() where chain.count > 1 {
            right[chain[0]].append(call)
            left[chain[chain.count - 1]].append(call)
        }
        var starts = Array(repeating: 0, count: calls.count)
        var ends = starts
        for box in boxes.indices {
            right[box].sort { middle(grid.chains[$0][1]) < middle(grid.chains[$1][1]) }
            left[box].sort {
                middle(grid.chains[$0][grid.chains[$0].count - 2]) < middle(grid.chains[$1][grid.chains[$1].count - 2])
            }
            for (index, call) in right[box].enumerated() {
                starts[call] = boxes[box].y + Self.boxHeight * (index + 1) / (right[box].count + 1)
            }
            for (index, call) in left[box].enumerated() {
                ends[call] = boxes[box].y + Self.boxHeight * (index + 1) / (left[box].count + 1)
            }
        }
        for (call, chain) in grid.chains.enumerated() where chain.count > 1 {
            var points = [Place(x: boxes[chain[0]].x + Self.boxWidth, y: starts[call])]
            for item in chain[1..<(chain.count - 1)] {
                let lane = lanes[item - boxes.count]
                points += [lane, Place(x: lane.x + Self.boxWidth, y: lane.y)]
            }
            points.append(Place(x: boxes[chain[chain.count - 1]].x, y: ends[call]))
            lines[call] = chain[0] == calls[call].from ? points : points.reversed()
        }
    }
}

/// Which boxes and parts of lines stand in which layer, in which order.
struct ServiceMapGrid: Sendable {
    /// The items of each layer: boxes by their numbers, and behind those the parts of lines.
    private(set) var layers: [[Int]] = []
    /// Of each call the items that it goes through, from the left to the right; empty for a box that calls itself.
    private(set) var chains: [[Int]]
    private(set) var itemCount: Int

    init(count: Int, calls: [(from: Int, to: Int)]) {
        itemCount = count
        chains = Array(repeating: [], count: calls.count)
        let isTurned = Self.turned(count: count, calls)
        /// From left to right.
        let ways = zip(calls, isTurned).map { call, isTurned in
            isTurned ? (from: call.to, to: call.from) : call
        }
        let layerOf = Self.layers(count: count, ways)
        layers = Array(repeating: [], count: (layerOf.max() ?? -1) + 1)
        for box in 0..<count { layers[layerOf[box]].append(box) }
        for (call, way) in ways.enumerated() where way.from != way.to {
            var chain = [way.from]
            for layer in (layerOf[way.from] + 1)..<max(layerOf[way.from] + 1, layerOf[way.to]) {
                chain.append(itemCount)
                layers[layer].append(itemCount)
                itemCount += 1
            }
            chains[call] = chain + [way.to]
        }
    }

    /// Which calls close a circle, looked for from those that nobody calls.
    private static func turned(count: Int, _ calls: [(from: Int, to: Int)]) -> [Bool] {
        var isTurned = Array(repeating: false, count: calls.count)
        var outgoing: [[Int]] = Array(repeating: [], count: count)
        var isCalled = Array(repeating: false, count: count)
        for (index, call) in calls.enumerated() where call.from != call.to {
            outgoing[call.from].append(index)
            isCalled[call.to] = true
        }
        enum Mark { case new, open, done }
        var marks = Array(repeating: Mark.new, count: count)
        for root in (0..<count).sorted(by: { !isCalled[$0] && isCalled[$1] }) where marks[root] == .new {
            // With a stack of its own: a chain of services may be long.
            var stack = [(box: root, next: 0)]
            marks[root] = .open
            while let (box, next) = stack.last {
                guard next < outgoing[box].count else {
                    marks[box] = .done
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let call = outgoing[box][next]
                switch marks[calls[call].to] {
                case .open: isTurned[call] = true
                case .new:
                    marks[calls[call].to] = .open
                    stack.append((calls[call].to, 0))
                case .done: break
                }
            }
        }
        return isTurned
    }

    /// The layer of each box: one behind the last of those that call it.
    private static func layers(count: Int, _ ways: [(from: Int, to: Int)]) -> [Int] {
        var layer = Array(repeating: 0, count: count)
        var waiting = Array(repeating: 0, count: count)
        var outgoing: [[Int]] = Array(repeating: [], count: count)
        for way in ways where way.from != way.to {
            outgoing[way.from].append(way.to)
            waiting[way.to] += 1
        }
        var ready = (0..<count).filter { waiting[$0] == 0 }
        while let box = ready.popLast() {
            for next in outgoing[box] {
                layer[next] = max(layer[next], layer[box] + 1)
                waiting[next] -= 1
                if waiting[next] == 0 { ready.append(next) }
            }
        }
        return layer
    }

    /// Puts each item near the middle of those that it is joined with in the layer before, then in the one behind, some times.
    mutating func order() {
        var before: [[Int]] = Array(repeating: [], count: itemCount)
        var behind = before
        for chain in chains {
            for (item, next) in zip(chain, chain.dropFirst()) {
                behind[item].append(next)
                before[next].append(item)
            }
        }
        var position = Array(repeating: 0.0, count: itemCount)
        func settle(_ layer: [Int]) { for (index, item) in layer.enumerated() { position[item] = Double(index) } }
        layers.forEach(settle)
        for round in 0..<12 {
            let goesRight = round.isMultiple(of: 2)
            for column in goesRight ? Array(layers.indices) : layers.indices.reversed() {
                let joined = goesRight ? before : behind
                let wanted = layers[column].enumerated().map { index, item in
                    let others = joined[item]
                    let middle = others.reduce(0) { $0 + position[$1] } / Double(max(1, others.count))
                    return (middle: others.isEmpty ? position[item] : middle, index: index, item: item)
                }
                layers[column] = wanted.sorted { ($0.middle, $0.index) < ($1.middle, $1.index) }.map(\.item)
                settle(layers[column])
            }
        }
    }
}
