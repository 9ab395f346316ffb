import Schema
import Testing

@Suite("Under what a structure counts")
struct CountedUnderTests {
    @Test("of several networks the first by code, in whatever order they were written")
    func network() {
        for codes in [["mission-locale", "cio", "crij"], ["crij", "mission-locale", "cio"]] {
            #expect(CountedUnder.network(among: codes) == "cio")
        }
        #expect(CountedUnder.network(among: []) == nil)
    }

    @Test("of several territories the SPRO's own, and no other instead of it")
    func territory() {
        #expect(CountedUnder.territory(among: ["epci:244400644", "territoire-spro:52-02"]) == "territoire-spro:52-02")
        #expect(CountedUnder.territory(among: ["bassin-emploi:5201", "departement:44"]) == nil)
    }

    @Test("a generator gives the published numbers from its seed")
    func splitMix() {
        var random = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }
}
