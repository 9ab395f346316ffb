import Schema
import Support
import Testing

@Suite("Lists of a document that comes piece by piece")
struct JSONListReaderTests {
    /// What was read of a text, or that it was refused.
    private enum Outcome: Equatable {
        case read([String: [JSONValue]])
        case refused
    }

    /// Reads a text in pieces of random sizes.
    private func read(
        _ text: [UInt8], longest: Int = 1 << 20, limits: JSONLimits = .trusted, _ random: inout SeededGenerator
    ) async throws -> Outcome {
        var rest = text[...]
        let largest = random.pick([1, 3, 10, 1000])
        var sizes = random
        var reader = JSONListReader(longest: longest, limits: limits) {
            let size = sizes.int(1...largest)
            defer { rest = rest.dropFirst(size) }
            return Array(rest.prefix(size))
        }
        _ = random.next()
        var (lists, isSound) = ([String: [JSONValue]](), true)
        do {
            while let item = try await reader.next() {
                switch item {
                case .list(let name): lists[name] = []
                case .value: break
                case .element(let element):
                    #expect(element.place == lists[element.list]?.count)
                    switch element.content {
                    case .success(let value):
                        lists[element.list]?.append(value)
                        #expect(try JSONValue(parsing: element.bytes) == value)
                    case .failure:
                        isSound = false
                        lists[element.list]?.append(.null)
                    }
                }
            }
        } catch is JSONSyntaxError {
            return .refused
        }
        return isSound ? .read(lists) : .refused
    }

    /// The lists of a text as the parser of the whole knows them.
    private func whole(_ text: [UInt8], _ limits: JSONLimits = .trusted) -> Outcome {
        guard let members = try? JSONValue(parsing: text, limits: limits).object?.members else { return .refused }
        let lists = members.compactMap { member in member.value.array.map { (member.name, $0) } }
        return .read(Dictionary(uniqueKeysWithValues: lists))
    }

    private func value(_ depth: Int, _ random: inout SeededGenerator) -> String {
        let kinds = depth > 0 ? 8 : 6
        switch random.int(0...kinds - 1) {
        case 0: return random.pick(["0", "-1.5e3", "12"])
        case 1: return random.pick(["true", "false", "null"])
        case 2...5: return random.pick([#""é,]}""#, #""a\"b\\""#, #""\u00e9{""#, #""""#, #""[""#])
        case 6:
            let items = (0..<random.int(0...3)).map { _ in value(depth - 1, &random) }
            return "[" + items.joined(separator: random.pick([",", " ,\n"])) + "]"
        default:
            let members = (0..<random.int(0...3)).map { #""m\#($0)":"# + value(depth - 1, &random) }
            return "{ " + members.joined(separator: ",") + "\t}"
        }
    }

    private func document(_ random: inout SeededGenerator) -> String {
        let members = (0..<random.int(0...4)).map { number in
            let items = (0..<random.int(0...6)).map { _ in value(3, &random) }
            let content = random.oneIn(4) ? value(2, &random) : "[ " + items.joined(separator: ", ") + "]"
            return #""liste \#(number)" : "# + content
        }
        return " {\n" + members.joined(separator: ",") + "}\r\n"
    }

    @Test("are those that the whole has, and a text is refused where the whole is", arguments: 0..<8)
    func agreement(_ seed: Int) async throws {
        var random = SeededGenerator(seed: 4_100 + UInt64(seed))
        var (sound, refused) = (0, 0)
        for _ in 0..<runs(300) {
            var text = Array(document(&random).utf8)
            #expect(try await read(text, &random) == whole(text), "\(String(decoding: text, as: UTF8.self))")
            for _ in 0..<3 {
                let place = random.int(0...text.count - 1)
                switch random.int(0...2) {
                case 0: text[place] = random.pick(Array("{}[]\",:\\ 0x\u{0}\n".utf8))
                case 1: text.remove(at: place)
                default: text.insert(random.pick(Array("{}[]\",:\\ 01".utf8) + [0xFF]), at: place)
                }
                let expected = whole(text)
                if expected == .refused { refused += 1 } else { sound += 1 }
                #expect(try await read(text, &random) == expected, "\(String(decoding: text, as: UTF8.self))")
                if text.isEmpty { break }
            }
        }
        #expect(sound > 50 && refused > 50, "\(sound) \(refused)")
    }

    @Test(
        "refuse what no document is",
        arguments: [
            "", " ", "[]", "1", "{", #"{"a""#, #"{"a":"#, #"{"a":["#, #"{"a":[1"#, #"{"a":[1,"#, #"{"a":[1,]}"#,
            #"{"a":[1 2]}"#, #"{"a":[1]"#, #"{"a":[1],}"#, #"{"a":[1]}x"#, #"{"a":[1]}{}"#, #"{"a":[],"a":[]}"#,
            #"{"é":1,"é":2}"#, #"{a:[]}"#, #"{"a" []}"#, "\u{FEFF}{}", #"{"a":[,1]}"#, #"{"a":}"#, #"{"a":tru}"#,
        ])
    func refusals(_ text: String) async throws {
        var random = SeededGenerator(seed: 4_200)
        #expect(whole(Array(text.utf8)) == .refused || !text.hasPrefix("{"))
        #expect(try await read(Array(text.utf8), &random) == .refused)
    }

    @Test("go on behind an element that is none, and tell where in the text it is not")
    func brokenElements() async throws {
        let text = Array(#"{"a":[{"x":1,"x":2},{"y":"\ud800"},3]}"#.utf8)
        var rest: [UInt8]? = text
        var reader = JSONListReader(longest: 100, limits: .trusted) { rest.take() ?? [] }
        var found: [Result<JSONValue, JSONSyntaxError>] = []
        while let item = try await reader.next() {
            if case .element(let element) = item { found.append(element.content) }
        }
        let expected = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
        #expect(found[0] == .failure(try #require(expected)))
        #expect(found[1] != found[0] && (try? found[1].get()) == nil)
        #expect(found[2] == .success(3))
    }

    @Test("keep to the limits of depth and values, each element by itself")
    func limits() async throws {
        var random = SeededGenerator(seed: 4_300)
        let limits = JSONLimits(depth: 5, values: 4)
        for (text, isSound) in [
            (#"{"a":[[[[]]]]}"#, true), (#"{"a":[[[[[]]]]]}"#, false), (#"{"a":[[1,2,3],[4,5,6]]}"#, true),
            (#"{"a":[[1,2,3,4]]}"#, false),
        ] {
            let outcome = try await read(Array(text.utf8), limits: limits, &random)
            #expect((outcome != .refused) == isSound, "\(text)")
        }
    }

    @Test("hold no more than a piece and an element, however many there are, and no element longer than it may be")
    func bounds() async throws {
        let element = Array((#"{"x":""# + String(repeating: "é", count: 500) + #""},"#).utf8)
        // The text is made as it is asked for: 200 MB of it would be held by whoever held it.
        var (number, asked, read, furthest) = (0, 0, 0, 0)
        let count = runs(2_000)
        var reader = JSONListReader(longest: 2_000, limits: .request) {
            number += 1
            let piece =
                number == 1
                ? Array(#"{"a":["#.utf8) : number <= count ? element : number == count + 1 ? Array("1]}".utf8) : []
            asked += piece.count
            return piece
        }
        while let item = try await reader.next() {
            guard case .element(let element) = item else { continue }
            read += element.bytes.count + 1
            furthest = max(furthest, asked - read)
        }
        #expect(read > (count - 2) * element.count && furthest < 2 * element.count)

        for text in [
            #"{"a":["# + String(repeating: "[", count: 101), #"{"a":[""# + String(repeating: "x", count: 200),
            #"{""# + String(repeating: "n", count: 200),
        ] {
            var rest = Array(text.utf8)[...]
            var endless = JSONListReader(longest: 100, limits: .request) {
                defer { rest = rest.dropFirst(10) }
                return Array(rest.prefix(10))
            }
            await #expect(throws: JSONListReader.TooLong.self) { while try await endless.next() != nil {} }
        }
    }
}
