import ArgumentParser
import Foundation

/// Lets fictional people come to the demo's structures, be passed on with their consent and be helped, or not: all of it
/// through the services' own APIs, as partner systems would.
///
/// The same options, day and directory tell the same stories, and every request has an idempotency key made of them:
/// played again, they change nothing. Receptions are spread over the weeks; whatever the broker dates itself
/// (referrals, their steps, the closing of demands) is of the day on which it is played.
struct Play: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Weeks of fictional activity, through the real APIs.",
        discussion: "Tokens: DIRECTORY_TOKEN (directory:read), REFERRAL_TOKEN (referral:send, …).")

    @Option(help: "The directory's address.")
    var directory: String
    @Option(help: "The broker's address.")
    var referral: String
    @Option(help: "INSEE code of the region whose structures take part.")
    var region = "52"
    @Option(help: "How many weeks back the receptions go.")
    var weeks = 6
    @Option(help: "How many people come.")
    var people = 600
    @Option(help: "Of the generator.")
    var seed: UInt64 = 2026
    @Option(help: "Requests under way at a time.")
    var lanes = 8

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        guard let reading = environment["DIRECTORY_TOKEN"], let acting = environment["REFERRAL_TOKEN"] else {
            throw ValidationError("DIRECTORY_TOKEN and REFERRAL_TOKEN are required")
        }
        let structures = try await DirectoryListing(ServiceCaller(directory, token: reading)).structures(of: region)
        let today = Calendar.utc.startOfDay(for: Date())
        var author = StoryAuthor(structures: structures, seed: seed, lastDay: today, days: weeks * 7)
        let stories = try author.stories(people)
        let teller = StoryTeller(broker: ServiceCaller(referral, token: acting), edition: edition(on: today))
        try await tell(stories, with: teller)
        let referred = stories.count { !$0.referrals.isEmpty }
        print("\(stories.count) people at \(structures.count) structures, \(referred) passed on with their consent")
    }

    /// Other options tell other stories: their requests are others, too.
    private func edition(on day: Date) -> String { "\(region)-\(weeks)-\(people)-\(seed)-\(day.dayText)" }

    private func tell(_ stories: [Story], with teller: StoryTeller) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var waiting = stories[...]
            for story in waiting.prefix(lanes) { group.addTask { try await teller.tell(story) } }
            waiting = waiting.dropFirst(lanes)
            while try await group.next() != nil {
                if let story = waiting.popFirst() { group.addTask { try await teller.tell(story) } }
            }
        }
    }
}

extension Calendar {
    static let utc: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()
}

extension Date {
    /// `2026-11-21`.
    var dayText: String { formatted(.iso8601.year().month().day()) }
}
